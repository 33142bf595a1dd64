"""`bid.json`: one spelling, and a sentence for every wrong one."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import bid, canonical
from sunseal_crypto.bid import BidManifest, FileDigest, Practitioner
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.signing import SigningKey

KEY = SigningKey.from_seed(bytes(range(32)))
MANIFEST = BidManifest(
    version="sunseal/bid/v1",
    origin="bids.example",
    tender="t-1",
    envelope="price",
    recipient="age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj",
    terms=bytes(32),
    organization="6c84fb90-12c4-11e1-840d-7b25c5ee775a",
    pseudonym=KEY.public,
    price="1280000.50",
    currency="CNY",
    practitioners=[Practitioner("王小明", "3101"), Practitioner("李雷")],
    validity_days=90,
    files=[FileDigest("技术方案.pdf", 10, bytes(32)), FileDigest("b", 0, bytes(32))],
    salt=bytes(range(32)),
)
DATA = bid.encode(MANIFEST)


def changed(**values: Any) -> bytes:
    """The same manifest with other values, spelled canonically; `...` takes a key away."""
    parsed = {**json.loads(DATA), **values}
    kept = {key: value for key, value in parsed.items() if value is not ...}
    return json.dumps(kept, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_round_trip() -> None:
    assert bid.decode(DATA) == MANIFEST
    assert changed() == DATA


def test_what_is_none_is_not_written() -> None:
    short = msgspec.structs.replace(MANIFEST, validity_days=None)

    assert b"validity_days" not in bid.encode(short)
    assert bid.decode(bid.encode(short)) == short


REFUSED = {
    "not JSON": (b"price: 1", "malformed"),
    "empty": (b"", "truncated"),
    "a list": (b"[]", "Expected `object`"),
    "BOM": (b"\xef\xbb\xbf" + DATA, "malformed"),
    "not UTF-8": (DATA.replace(b"bids", b"\xff\xff\xff\xff"), "utf-8"),
    "too large": (DATA + b" " * (1 << 20), "at most 1048576 are allowed"),
    "white space": (DATA.replace(b'":', b'": ', 1), "not written canonically"),
    "trailing newline": (DATA + b"\n", "not written canonically"),
    "unsorted": (b'{"version":"sunseal/bid/v1",' + DATA[1:-28] + b"}", "canonically"),
    "double key": (DATA.replace(b'"price":', b'"price":"2","price":'), "not written canonically"),
    "double key in a file": (DATA.replace(b'"size":', b'"size":1,"size":'), "canonically"),
    "unknown key": (changed(zzz=1), "unknown field `zzz`"),
    "unknown key in a file": (changed(files=[{"zzz": 1}]), "files"),
    "another version": (changed(version="sunseal/bid/v2"), "version"),
    "price a number": (changed(price=1280000), "price: a JSON number"),
    "price a float": (changed(price=1280000.5), "price: a JSON number"),
    "price negative number": (changed(price=-1), "price: a JSON number"),
    "price text": (changed(price="ten"), "'ten' is not a decimal"),
    "price empty": (changed(price=""), "'' is not a decimal"),
    "price with an exponent": (changed(price="1e6"), "written with an exponent"),
    "price with a capital exponent": (changed(price="1.5E+6"), "written with an exponent"),
    "price negative": (changed(price="-1"), "price: negative"),
    "price with a plus": (changed(price="+1"), "not a decimal"),
    "price with a leading zero": (changed(price="01"), "not a decimal"),
    "price ending in a point": (changed(price="1."), "not a decimal"),
    "price with a comma": (changed(price="1,000"), "not a decimal"),
    "price of 16 digits": (changed(price="1" * 16), "not a decimal"),
    "price of 7 decimals": (changed(price="0.1234567"), "not a decimal"),
    "price with a newline": (changed(price="1\n"), "not a decimal"),
    "price in other digits": (changed(price="１２"), "not a decimal"),
    "price missing": (changed(price=...), "missing required field `price`"),
    "currency in lower case": (changed(currency="cny"), "currency"),
    "organization in capitals": (changed(organization=MANIFEST.organization.upper()), "organiz"),
    "recipient of another kind": (changed(recipient="ssh-rsa AAAA"), "recipient"),
    "terms hash short": (changed(terms="AAAA"), "terms"),
    "pseudonym no point": (changed(pseudonym=canonical.encode(bytes(32))[1:-1].decode()), "point"),
    "salt missing": (changed(salt=...), "missing required field `salt`"),
    "salt short": (changed(salt="AAAA"), "salt"),
    "validity a float": (changed(validity_days=90.0), "validity_days|canonically"),
    "validity zero": (changed(validity_days=0), "validity_days"),
    "validity null": (changed(validity_days=None), "not written canonically"),
    "file size a float": (changed(files=[{"name": "a", "sha256": "", "size": 1.5}]), "files"),
    "file outside": (
        changed(files=[{**json.loads(DATA)["files"][0], "name": "../a"}]),
        "'..'",
    ),
    "file twice": (changed(files=[json.loads(DATA)["files"][0]] * 2), "twice"),
    "file called padding": (
        changed(files=[{**json.loads(DATA)["files"][0], "name": "padding"}]),
        "twice",
    ),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        bid.decode(data)


@pytest.mark.parametrize("price", ["0", "0.5", "1", "999999999999999.999999", "0.000000"])
def test_prices(price: str) -> None:
    assert bid.decode(changed(price=price)).price == price


def test_nothing_is_written_that_would_not_be_read() -> None:
    with pytest.raises(Malformed, match="exponent"):
        bid.encode(msgspec.structs.replace(MANIFEST, price="1e9"))


def test_signature() -> None:
    signature = bid.sign(KEY, DATA)

    bid.verify(KEY.public, DATA, signature)
    # The signed message is the label, a newline and the exact bytes.
    assert signature == KEY.sign(b"sunseal/bid/v1\n" + DATA)
    for public, data, wrong in (
        (KEY.public, changed(price="1"), signature),
        (SigningKey.generate().public, DATA, signature),
        (KEY.public, DATA, KEY.sign(DATA)),
        (KEY.public, DATA, signature[:-1]),
    ):
        with pytest.raises(Unverified):
            bid.verify(public, data, wrong)


def test_the_hash_hides_behind_its_salt() -> None:
    other = bid.encode(msgspec.structs.replace(MANIFEST, salt=bytes(32)))

    assert len(bid.manifest_hash(DATA)) == 32
    assert bid.manifest_hash(other) != bid.manifest_hash(DATA)


FILES = list(MANIFEST.files)
OTHER_FILES = {
    "missing": (FILES[:1], "1 documents, where 2 were signed"),
    "additional": ([*FILES, FileDigest("c", 1, bytes(32))], "3 documents"),
    "exchanged": (FILES[::-1], "not the one that was signed"),
    "other content": ([FileDigest("技术方案.pdf", 10, b"\1" * 32), FILES[1]], "not the one"),
    "other name": ([FILES[0], FileDigest("c", 0, bytes(32))], "'c' is not the one"),
}


@pytest.mark.parametrize(("found", "reason"), OTHER_FILES.values(), ids=OTHER_FILES.keys())
def test_documents_that_were_not_signed(found: list[FileDigest], reason: str) -> None:
    bid.verify_files(MANIFEST, FILES)
    with pytest.raises(Unverified, match=reason):
        bid.verify_files(MANIFEST, found)


@settings(max_examples=150)
@given(st.integers(0, len(DATA) - 1), st.binary(max_size=2), st.integers(0, 2))
def test_what_is_read_has_one_spelling(at: int, put: bytes, drop: int) -> None:
    data = DATA[:at] + put + DATA[at + drop :]
    try:
        manifest = bid.decode(data)
    except Malformed:
        return
    assert bid.encode(manifest) == data
