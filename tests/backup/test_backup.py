"""A backup goes out sealed and comes back whole on another machine, or nothing happens at all."""

import os
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest

from sunseal.audit.errors import LogHeld
from sunseal.backup import create as creating
from sunseal.backup import restore as restoring
from sunseal.backup import tables, vault
from sunseal.backup.errors import (
    FileThere,
    NotAgreed,
    NotEmpty,
    NotReadable,
    NotThisFile,
    OtherRelease,
)
from sunseal.storage import Storage
from sunseal_crypto.age import X25519Identity
from tests.backup.world import Installation, Place, store_in
from tests.support.database import TestDatabase

Empty = Callable[[], TestDatabase]
# Written by making the backup itself, or by the restoring.
OWN = ("audit.entry", "kit.outbox", "audit.head")


def rows(database: TestDatabase) -> dict[str, list[bytes]]:
    with psycopg.connect(database.admin_url) as connection:
        return {
            str(table): sorted(b"".join(tables.copy_out(connection, table)).splitlines())
            for table in tables.tables(connection)
        }


def restored(here: Installation, path: Path, made: creating.Made, empty: Empty) -> Place:
    """The backup on the other machine, as an operator would have it there."""
    database, storage = empty(), store_in(path.parent / "elsewhere")
    restoring.restore(path, here.vault, made.sha256, database.admin_url, storage)
    return Place(database, storage, here.keys, here.roster_bytes, here.now)


def test_every_row_and_object_comes_back(here: Installation, tmp_path: Path, empty: Empty) -> None:
    name = here.document(size=(1 << 20) + 7)
    proposal = here.agree()
    before = rows(here.database)
    path = tmp_path / "a.backup"
    made = creating.create(here.source(), path, [here.vault.recipient()], proposal)
    there = restored(here, tmp_path / "a.backup", made, empty)
    after = rows(there.database)
    assert {t: r for t, r in after.items() if t not in OWN} == {
        t: r for t, r in before.items() if t not in OWN
    }
    assert set(before["audit.entry"]) < set(after["audit.entry"])
    assert there.storage.get(name) == here.storage.get(name)
    assert made.counted.missing == []


def test_roles_policies_and_the_hardened_catalogue_come_from_the_release(
    here: Installation, tmp_path: Path, empty: Empty
) -> None:
    made = here.back_up(tmp_path / "a.backup")
    there = restored(here, tmp_path / "a.backup", made, empty)
    query = """
        select format('%s.%s %s %s %s %s', schemaname, tablename, policyname, roles, cmd, qual)
        from pg_policies union all
        select format('%s.%s %s %s', table_schema, table_name, grantee, privilege_type)
        from information_schema.role_table_grants where table_schema not in ('information_schema')
        union all select format('database %s', has_database_privilege('as_public',
            current_database(), 'temporary')) order by 1
    """
    with here.database.admin() as one, there.database.admin() as other:
        assert one.execute(query).fetchall() == other.execute(query).fetchall()


def test_nothing_of_the_plaintext_is_in_the_file_or_beside_it(
    here: Installation, tmp_path: Path
) -> None:
    mark = secrets.token_hex(16)
    with here.database.admin() as admin:
        admin.execute("update registry.organization set name = %s || name", [mark])
    folder = tmp_path / "out"
    folder.mkdir()
    here.back_up(folder / "a.backup")
    [file] = folder.iterdir()
    assert mark.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_restored_log_does_not_grow(here: Installation, tmp_path: Path, empty: Empty) -> None:
    made = here.back_up(tmp_path / "a.backup")
    there = restored(here, tmp_path / "a.backup", made, empty)
    with pytest.raises(LogHeld, match="nobody has compared it"):
        there.tick()


class Alone:
    """Who would export the sealed zone by himself, or for himself."""

    @staticmethod
    def nobody_proposed(here: Installation) -> UUID:
        return uuid4()

    @staticmethod
    def nobody_confirmed(here: Installation) -> UUID:
        return here.agree(confirmed=False)

    @staticmethod
    def for_other_readers(here: Installation) -> UUID:
        return here.agree(X25519Identity.generate())

    @staticmethod
    def for_one_reader_more(here: Installation) -> UUID:
        return here.agree(here.vault, X25519Identity.generate())

    @staticmethod
    def used_before(here: Installation) -> UUID:
        proposal = here.agree()
        first = here.folder / "first.backup"
        creating.create(here.source(), first, [here.vault.recipient()], proposal)
        return proposal

    @staticmethod
    def confirmed_long_ago(here: Installation) -> UUID:
        proposal = here.agree()
        with here.database.admin() as admin:
            admin.execute("alter table supervision.confirmation disable trigger by_another")
            admin.execute(
                "update supervision.confirmation set confirmed_at = confirmed_at - %s",
                [timedelta(hours=25)],
            )
            admin.execute("alter table supervision.confirmation enable trigger by_another")
        return proposal


@pytest.mark.parametrize("attempt", [name for name in vars(Alone) if not name.startswith("_")])
def test_nobody_exports_alone(here: Installation, tmp_path: Path, attempt: str) -> None:
    proposal = getattr(Alone, attempt)(here)
    with pytest.raises(NotAgreed):
        creating.create(here.source(), tmp_path / "b.backup", [here.vault.recipient()], proposal)
    assert not (tmp_path / "b.backup").exists()


def test_the_log_and_the_supervisors_know_of_it(here: Installation, tmp_path: Path) -> None:
    with here.database.admin() as admin:
        admin.execute("delete from kit.outbox")
    proposal = here.agree()
    path = tmp_path / "a.backup"
    made = creating.create(here.source(), path, [here.vault.recipient()], proposal)
    with here.database.admin() as admin:
        entries = admin.execute(
            "select action, convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'sha256'"
            " from audit.entry where action like 'backup.%%'"
            " and convert_from(detail, 'UTF8')::jsonb -> 'data' ->> 'proposal' = %s order by at",
            [str(proposal)],
        ).fetchall()
        errands = admin.execute(
            "select count(*) from kit.outbox where task = 'supervision.announce'"
        ).fetchall()
    assert entries == [("backup.create", None), ("backup.made", made.sha256)]
    assert errands == [(3,)]


def test_a_backup_is_not_written_over_another(here: Installation, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_bytes(b"an older one")
    with pytest.raises(FileThere):
        here.back_up(path)
    assert path.read_bytes() == b"an older one"


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, X25519Identity]:
    """A file sealed as backups are, about nothing."""
    identity = X25519Identity.generate()
    path = tmp_path_factory.mktemp("sealed") / "a.backup"
    vault.write(path, iter([b"sunseal/backup/v1\n" + bytes(4)]), [identity.recipient()])
    return path, identity


def digest(path: Path) -> str:
    return vault._digest_of(path)


class Spoilt:
    """Files that are no whole backup of ours, each with what is said of it."""

    @staticmethod
    def cut(data: bytes, _: X25519Identity) -> tuple[bytes, str]:
        return data[:-1], "changed, cut or lengthened"

    @staticmethod
    def cut_within_the_header(data: bytes, _: X25519Identity) -> tuple[bytes, str]:
        return data[:100], "truncated|ends|header"

    @staticmethod
    def one_bit(data: bytes, _: X25519Identity) -> tuple[bytes, str]:
        return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "changed, cut or lengthened"

    @staticmethod
    def empty(data: bytes, _: X25519Identity) -> tuple[bytes, str]:
        return b"", "the file is empty"

    @staticmethod
    def without_an_end(data: bytes, _: X25519Identity) -> tuple[bytes, str]:
        return data, "not written canonically|Head"


@pytest.mark.parametrize("fault", [name for name in vars(Spoilt) if not name.startswith("_")])
def test_what_is_spoilt_is_said(
    sealed: tuple[Path, X25519Identity], tmp_path: Path, fault: str
) -> None:
    path, identity = sealed
    data, said = getattr(Spoilt, fault)(path.read_bytes(), identity)
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(data)
    with pytest.raises(NotReadable, match=said):
        restoring.test(spoilt, identity, digest(spoilt))


def test_another_identity_opens_nothing(sealed: tuple[Path, X25519Identity]) -> None:
    path, _ = sealed
    with pytest.raises(NotReadable, match="no stanza of the file"):
        restoring.test(path, X25519Identity.generate(), digest(path))


def test_a_file_that_anybody_could_have_sealed_is_not_restored(
    here: Installation, tmp_path: Path, empty: Empty
) -> None:
    """The recipient is public: an insider seals a database with an account of his own in it."""
    made = here.back_up(tmp_path / "a.backup")
    with here.database.admin() as admin:
        admin.execute("update registry.person set disabled_at = now()")
        forged = tmp_path / "forged.backup"
        vault.write(forged, here.source().blocks(), [here.vault.recipient()])
        admin.execute("update registry.person set disabled_at = null")
    database = empty()
    with pytest.raises(NotThisFile):
        restoring.restore(
            forged, here.vault, made.sha256, database.admin_url, Storage(f"file://{tmp_path}/o")
        )


def test_a_database_in_use_is_left_alone(here: Installation, tmp_path: Path) -> None:
    made = here.back_up(tmp_path / "a.backup")
    before = rows(here.database)
    with pytest.raises(NotEmpty):
        restoring.restore(
            tmp_path / "a.backup", here.vault, made.sha256, here.database.admin_url, here.storage
        )
    assert rows(here.database) == before


def test_half_a_backup_restores_nothing_and_the_next_attempt_all(
    here: Installation, tmp_path: Path, empty: Empty
) -> None:
    here.document()
    path = tmp_path / "a.backup"
    made = here.back_up(path)
    database, storage = empty(), store_in(tmp_path / "elsewhere")

    class Torn(Storage):
        def put(self, name: UUID, data: bytes | memoryview) -> None:
            super().put(name, data)
            raise OSError("the store went away")

    with pytest.raises(OSError, match="went away"):
        restoring.restore(
            path, here.vault, made.sha256, database.admin_url, Torn(f"file://{tmp_path}/elsewhere")
        )
    with database.admin() as admin:
        assert admin.execute("select count(*) from registry.person").fetchone() == (0,)
    restoring.restore(path, here.vault, made.sha256, database.admin_url, storage)
    with database.admin() as admin:
        assert admin.execute("select count(*) from registry.person").fetchone() == (2,)


def test_another_release_is_named(here: Installation, tmp_path: Path) -> None:
    made = here.back_up(tmp_path / "a.backup")
    with here.database.admin() as admin:
        [(version,)] = admin.execute("select version_num from public.schema_version").fetchall()
        admin.execute("update public.schema_version set version_num = 'another'")
        other = here.back_up(tmp_path / "b.backup")
        admin.execute("update public.schema_version set version_num = %s", [version])
    assert made.sha256 != other.sha256
    with pytest.raises(OtherRelease, match="another"):
        restoring.test(tmp_path / "b.backup", here.vault, other.sha256)


def test_memory_stays_the_same_however_large_the_store(here: Installation, tmp_path: Path) -> None:
    import tracemalloc

    def peak() -> int:
        tracemalloc.start()
        vault.write(
            tmp_path / secrets.token_hex(4), here.source().blocks(), [here.vault.recipient()]
        )
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    here.document(8 << 20)
    one = peak()
    for _ in range(3):
        here.document(8 << 20)
    assert peak() < one + (2 << 20)
    assert sum(os.path.getsize(f) for f in tmp_path.iterdir() if f.is_file()) > 5 * (8 << 20)


def test_an_object_that_is_gone_is_counted(here: Installation, tmp_path: Path) -> None:
    name = here.document()
    here.storage.delete(name)
    made = here.back_up(tmp_path / "a.backup")
    assert made.counted.missing == [name.hex]


def test_no_column_that_names_an_object_is_forgotten(here: Installation) -> None:
    """A new table that names stored objects must be said to the backup."""
    with here.database.admin() as admin:
        found = admin.execute(
            "select n.nspname || '.' || c.relname, a.attname from pg_attribute a"
            " join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind = 'r' and n.nspname not like 'pg%%' and a.attname like '%%object%%'"
            " and a.atttypid in ('uuid'::regtype, 'uuid[]'::regtype)"
        ).fetchall()
    lines = tables.OBJECTS.splitlines()
    assert found
    for table, column in found:
        assert any(table in line and column in line for line in lines), (table, column)
