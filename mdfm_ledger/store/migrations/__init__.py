"""Bringing a ledger that an earlier version made to the schema of this one.

Every version of the schema has a revision in ``versions`` with the very statements it is made of, and
Alembic runs those that are missing. No revision may copy a table by Alembic's batch mode, which drops
triggers without a word; the guards are taken out before each revision and put back after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from mdfm_ledger.errors import CorruptLedgerError, GuardsMissingError
from mdfm_ledger.store.engine import dialect_of, open_engine, translated
from mdfm_ledger.store.inspection import schema_differences
from mdfm_ledger.store.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from alembic.script import Script

FOLDER = __path__[0]
"""Where the revisions are."""


def migrate(url: str) -> int:
    """Bring a ledger to the schema of this package, in one transaction, and give its version.

    One that has it already is left alone. Back it up before. Needs the extra ``migrate``. Raises
    StoreError; GuardsMissingError where the ledger is not as its own version made it, because
    putting the guards back would hide that somebody had taken them out.
    """
    engine = open_engine(url, create=False, outdated=True)
    dialect = dialect_of(engine)
    try:
        with translated(url, dialect), engine.connect() as connection:
            dialect.ready_to_migrate(connection)
            dialect.begin_write(connection)
            version = dialect.version_of(connection)
            if version < SCHEMA_VERSION:
                differences = schema_differences(
                    dialect.schema_of(connection), schema_at(connection, version)
                )
                if differences:
                    raise GuardsMissingError(guards=", ".join(differences))
                dialect.act_as_owner(connection)
                upgrade(connection, since=version, to=SCHEMA_VERSION)
                _require_sound(connection)
            connection.commit()
    finally:
        engine.dispose()
    return SCHEMA_VERSION


def upgrade(connection: Connection, *, since: int, to: int) -> None:
    """Run the revisions after ``since`` up to ``to``, within the caller's transaction, on any engine."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext

    dialect = dialect_of(connection)
    with Operations.context(MigrationContext.configure(connection)):
        for revision in _revisions(since, to):
            dialect.drop_guards(connection)
            revision.module.upgrade()
            dialect.put_guards(connection, getattr(revision.module, f"{dialect.name}_GUARDS".upper()))
            dialect.set_version(connection, int(revision.revision))


def schema_at(connection: Connection, version: int) -> dict[str, str]:
    """The schema of a ledger that version made on this engine: its revisions, run where nothing is."""
    with dialect_of(connection).room_apart(connection) as apart:
        upgrade(apart, since=0, to=version)
        return dialect_of(connection).schema_of(apart)


def _revisions(since: int, to: int) -> list[Script]:
    """The revisions after ``since`` up to ``to``, oldest first."""
    from alembic.script import ScriptDirectory

    if since == to:
        return []
    lower = f"{since:04d}" if since else "base"
    return list(ScriptDirectory(FOLDER).iterate_revisions(f"{to:04d}", lower))[::-1]


def _require_sound(connection: Connection) -> None:
    """Stop before the commit where a revision left something out, or a row without its parent."""
    dialect = dialect_of(connection)
    problems = schema_differences(dialect.schema_of(connection), dialect.expected_schema())
    problems += dialect.orphans(connection)
    if problems:
        raise CorruptLedgerError(
            number=0, what="the migrated schema", expected="as it is made new", found=", ".join(problems)
        )
