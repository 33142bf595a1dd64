"""The zones: roles, tables, policies, and a catalogue that does not tell."""

from pathlib import Path

from alembic import op

revision = "2026_11_22"
down_revision = None

SQL = Path(__file__).parent.parent / "sql"
BY_SUPERUSER = ("10_roles", "90_hardening")
BY_OWNER = (
    "20_kit",
    "30_registry",
    "35_adjudications",
    "37_factors",
    "40_notice",
    "50_custody",
    "60_sealed",
    "70_opened",
    "75_conduct",
    "80_audit",
    "82_amendments",
    "83_clarifications",
    "84_meeting",
    "85_supervision",
    "87_webhooks",
    "88_help",
    "89_administration",
)


def upgrade() -> None:
    _run(BY_SUPERUSER[0])
    op.execute("set role sunseal_owner")
    for name in BY_OWNER:
        _run(name)
    op.execute("reset role")
    _run(BY_SUPERUSER[1])


def downgrade() -> None:
    raise RuntimeError("The first version has nothing before it: restore a backup instead.")


def _run(name: str) -> None:
    # The driver's own cursor: the files hold colons and percent signs that are not parameters.
    connection = op.get_bind().connection.cursor()
    connection.execute((SQL / f"{name}.sql").read_text())
