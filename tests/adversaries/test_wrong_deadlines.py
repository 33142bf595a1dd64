"""An operator who rules the database moves every deadline in it; custodians do not follow.

After this, the besieged tender is not what it was: the module comes after those that look at it.
"""

from sunseal_crypto import release, roster
from sunseal_crypto.release import Refusal
from tests.adversaries.siege import Siege

REFUSED_WITHIN = 40.0
FORBIDDEN_BEFORE = "time-not-reached"


def refusals(siege: Siege) -> dict[int, Refusal]:
    """What custodians signed, as the database has it."""
    custodians = roster.parse(siege.town.stack.installation.roster.read_bytes()).custodians
    with siege.town.admin() as admin:
        rows = admin.execute(
            "select custodian, refusal, r.digest, answer from custody.release_request r"
            " join custody.release_answer on request_id = r.id where tender_id = %s",
            [siege.tender.id],
        ).fetchall()
    assert all(answer is None for _, _, _, answer in rows)
    return {
        index: release.open_refusal(
            bytes(body), custodians[index - 1].identity, index, bytes(digest)
        )
        for index, body, digest, _ in rows
        if body is not None
    }


def move_every_deadline(siege: Siege) -> None:
    """The whole timetable, in every table that has one, as if the time had come."""
    with siege.town.admin() as admin:
        admin.execute("set session_replication_role = replica")  # no trigger, no constraint
        for table in ("sealed.gate", "notice.tender"):
            key = "tender_id" if table == "sealed.gate" else "id"
            admin.execute(
                f"update {table} set deadline = kit.now() - interval '2 s',"
                f" not_before = kit.now() - interval '1 s' where {key} = %s",
                [siege.tender.id],
            )
        admin.execute(
            "update sealed.gate set next_check_at = kit.now() where tender_id = %s",
            [siege.tender.id],
        )


def test_moving_every_deadline_makes_custodians_refuse(siege: Siege) -> None:
    """The platform believes its database and asks; custodians believe the terms they signed."""
    siege.check_early()
    move_every_deadline(siege)
    siege.town.wait(lambda: len(refusals(siege)) == 3, "three refusals", REFUSED_WITHIN)
    siege.check_early()
    assert {each.rule for each in refusals(siege).values()} == {FORBIDDEN_BEFORE}
    assert siege.town.opening(siege.tender.id) is None
    with siege.town.admin() as admin:
        rows = admin.execute("select from opened.bid where tender_id = %s", [siege.tender.id])
        assert rows.fetchall() == []
    siege.check_early()
