"""The roster, the terms, the notice and bid.json."""

from typing import Any

from tests.frontend.bad.values import IDENTITY, MIXED_ORDER, P, b64, canonical, doubled, fields

ROSTER = [
    *canonical("roster"),
    *fields(
        "roster",
        two_custodians=lambda said: {"custodians": said["custodians"][:2]},
        eight_custodians=lambda said: {"custodians": said["custodians"][:1] * 8},
        identity_twice=doubled("custodians", "identity"),
        cosigner_twice=doubled("custodians", "cosigner"),
        short_identity=lambda said: {
            "custodians": [{**each, "identity": b64(b"k" * 31)} for each in said["custodians"]]
        },
        witness_of_the_operator=lambda said: {"operator": said["witnesses"][0]["authority"]},
        log_key_as_cosigner=lambda said: {
            "witnesses": [{**said["witnesses"][0], "cosigner": said["log"]}]
        },
        cosigner_as_log_key=lambda said: {"log": said["witnesses"][0]["cosigner"]},
        key_of_another_name=lambda said: {"log": "x" + said["log"]},
        key_without_id=lambda said: {"log": said["log"].replace("+", "", 1)},
        name_with_a_space=lambda said: {"log": said["log"].replace("/", " ", 1)},
        null_operator={"operator": None},
        number_for_text={"operator": 7},
    ),
]
TIMES = {
    "fraction_of_zero": "2077-03-20T01:30:00.000000Z",
    "three_decimals": "2077-03-20T01:30:00.500Z",
    "offset": "2077-03-20T09:30:00+08:00",
    "no_zone": "2077-03-20T01:30:00",
    "lower_case": "2077-03-20t01:30:00z",
    "no_such_day": "2077-02-30T01:30:00Z",
    "no_such_hour": "2077-03-20T24:00:00Z",
    "leap_second": "2077-03-20T01:30:60Z",
    "year_zero": "0000-03-20T01:30:00Z",
    "number": 3382997400,
}
TERMS = [
    *canonical("terms"),
    *fields(
        "terms",
        suite={"suite": "COCKTAIL(Ed25519, SHA-256)"},
        attempt_zero={"attempt": 0},
        attempt_without_replaced={"attempt": 2},
        attempt_as_float={"attempt": 1.5},
        attempt_as_text={"attempt": "1"},
        attempt_as_true={"attempt": True},
        opening_before_the_deadline={"not_before": "2077-03-20T01:29:59.999999Z"},
        no_bids={"minimum_bids": 0},
        box_of_one={"box_size": 1},
        box_of_twelve={"box_size": 12},
        box_too_large={"box_size": 1 << 17},
        base64_without_padding=lambda said: {"notice": said["notice"].rstrip("=")},
        base64_for_addresses={"notice": "__" + "A" * 41 + "="},
        base64_with_loose_bits=lambda said: {"notice": said["notice"][:-2] + "B="},
        one_amender={"amenders": [b64(b"k" * 32)]},
        amender_twice=lambda said: {"amenders": [said["roster"]] * 2},
        amender_of_low_order={"amenders": [b64(IDENTITY), b64(MIXED_ORDER)]},
        **{f"deadline_{name}": {"deadline": time} for name, time in TIMES.items()},
    ),
]
NOTICE = [
    *canonical("notice"),
    *fields(
        "notice",
        opening_before_the_deadline={"not_before": "2077-03-20T01:29:59Z"},
        currency={"currency": "cny"},
        currency_of_four={"currency": "CNYX"},
        currency_and_newline={"currency": "CNY\n"},
        ceiling_as_number={"ceiling_price": 5000000},
        ceiling_of_sixteen_digits={"ceiling_price": "1" * 16},
        ceiling_with_leading_zero={"ceiling_price": "05"},
        statutory_as_number={"statutory": 1},
        no_envelope={"envelopes": []},
        envelope_twice=lambda said: {"envelopes": said["envelopes"] * 2},
        envelope_named_zero={"envelopes": [{"lot": "", "name": "0", "part": "all"}]},
        envelope_in_capitals={"envelopes": [{"lot": "", "name": "A", "part": "all"}]},
        envelope_and_newline={"envelopes": [{"lot": "", "name": "1\n", "part": "all"}]},
        unknown_part={"envelopes": [{"lot": "", "name": "1", "part": "secret"}]},
        document_of_negative_size={
            "documents": [{"name": "a", "sha256": b64(bytes(32)), "size": -1}]
        },
        document_with_short_hash={
            "documents": [{"name": "a", "sha256": b64(bytes(31)), "size": 1}]
        },
        document_twice={"documents": [{"name": "a", "sha256": b64(bytes(32)), "size": 1}] * 2},
        too_many_documents={
            "documents": [{"name": f"{n}", "sha256": b64(bytes(32)), "size": 1} for n in range(257)]
        },
        short_roster_hash={"roster": b64(bytes(31))},
    ),
]


def file_named(name: str) -> dict[str, Any]:
    return {"files": [{"name": name, "sha256": b64(b"a" * 32), "size": 1}]}


PRICES = (
    "",
    "-1",
    "+1",
    "01",
    "1.",
    ".5",
    "1.1234567",
    "1e3",
    "1,000",
    " 1",
    "1\n",
    "１",
    "1" * 16,
)
BID = [
    *canonical("bid"),
    *fields(
        "bid",
        price_as_number={"price": 4321000},
        price_as_float={"price": 1.5},
        price_null={"price": None},
        **{f"price_{price!a}": {"price": price} for price in PRICES},
        currency={"currency": "cny"},
        recipient_in_capitals=lambda said: {"recipient": said["recipient"].upper()},
        recipient_too_short=lambda said: {"recipient": said["recipient"][:-1]},
        organization_in_capitals={"organization": "AAAAAAAA-0000-4000-8000-000000000007"},
        organization_without_hyphens={"organization": "0" * 32},
        pseudonym_of_low_order={"pseudonym": b64(IDENTITY)},
        pseudonym_of_mixed_order={"pseudonym": b64(MIXED_ORDER)},
        pseudonym_not_canonical={"pseudonym": b64(P)},
        pseudonym_too_short={"pseudonym": b64(b"p" * 31)},
        validity_null={"validity_days": None},
        validity_zero={"validity_days": 0},
        validity_too_long={"validity_days": 3651},
        practitioner_without_name={"practitioners": [{"name": ""}]},
        practitioner_with_long_name={"practitioners": [{"name": "王" * 201}]},
        practitioner_hint_null={"practitioners": [{"id_hint": None, "name": "王"}]},
        practitioner_unknown_key={"practitioners": [{"age": 3, "name": "王"}]},
        short_salt={"salt": b64(b"s" * 31)},
        size_negative={"files": [{"name": "a", "sha256": b64(b"a" * 32), "size": -1}]},
        size_beyond_exactness={"files": [{"name": "a", "sha256": b64(b"a" * 32), "size": 2**53}]},
        **{
            f"file_{name!a}"[:60]: file_named(name)
            for name in (
                *(
                    "bid.json",
                    "BID.JSON",
                    "padding",
                    "bid.sig",
                    "padding/a",
                    "",
                    "/a",
                    "a/",
                    "a//b",
                ),
                *(
                    "..",
                    "../a",
                    "a/./b",
                    "a\\b",
                    "C:a",
                    "a\nb",
                    "a\x00",
                    "a\x7f",
                    "a\x85",
                    "e\u0301",
                ),
                *("a\u202eb", "a\u2028b", "\u200ea", "\u2066a", "a" * 513, "/".join("a" * 17)),
            )
        },
        file_twice_in_another_case={
            "files": [
                {"name": name, "sha256": b64(b"a" * 32), "size": 1} for name in ("ß.pdf", "SS.pdf")
            ]
        },
        file_and_folder={
            "files": [{"name": name, "sha256": b64(b"a" * 32), "size": 1} for name in ("a", "A/b")]
        },
    ),
]
