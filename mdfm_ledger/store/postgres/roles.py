"""Who may do what on a server: an owner nobody logs in as, those who post, those who only read."""

from __future__ import annotations

import re

from attrs import field, frozen
from sqlalchemy import Connection

from mdfm_ledger.errors import InvalidFieldError
from mdfm_ledger.store.postgres.guards import ROOM
from mdfm_ledger.store.postgres.pages import CHECKERS
from mdfm_ledger.store.postgres.powers import OWNER

_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z", re.ASCII)
# As they are, not as they should be: a migration may have added some.
_TABLES = (
    f"SELECT relname FROM pg_class WHERE relnamespace = '{ROOM}'::regnamespace AND relkind = 'r' ORDER BY 1"
)
_NEVER_ADDED_TO = "account"


def _plain(_: object, attribute: object, value: str) -> None:
    name = str(getattr(attribute, "name", ""))
    if not _NAME.match(value) or value.startswith("pg_"):
        raise InvalidFieldError(
            field=name, problem=f"{value!r} is no plain name of a role, such as mdfm_{name}"
        )


@frozen(kw_only=True)
class Roles:
    """The names of the three roles; people get theirs by being granted one of the last two."""

    owner: str = field(default="mdfm_owner", validator=_plain)
    poster: str = field(default="mdfm_poster", validator=_plain)
    auditor: str = field(default="mdfm_auditor", validator=_plain)

    @property
    def names(self) -> tuple[str, str, str]:
        """Owner, poster, auditor."""
        return self.owner, self.poster, self.auditor


def statements_for(connection: Connection, roles: Roles) -> tuple[str, ...]:
    """What makes the roles and gives each what it needs and nothing else; to be run by an administrator."""
    database = connection.exec_driver_sql("SELECT quote_ident(current_database())").scalar_one()
    asked = "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
    known = set(connection.exec_driver_sql(asked, (list(roles.names),)).scalars())
    functions = connection.exec_driver_sql(
        f"SELECT pg_proc.oid::regprocedure FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace"
        f" WHERE nspname = '{ROOM}' ORDER BY 1"
    ).scalars()
    tables = connection.exec_driver_sql(_TABLES).scalars().all()
    checkers = connection.exec_driver_sql(
        f"SELECT oid::regprocedure::text FROM pg_proc WHERE oid IN ({CHECKERS}) ORDER BY 1"
    ).scalars()
    everybody = f"PUBLIC, {roles.poster}, {roles.auditor}"
    writable = ", ".join(f"{ROOM}.{name}" for name in tables if name != _NEVER_ADDED_TO)
    return (
        *(f"CREATE ROLE {name} NOLOGIN" for name in roles.names if name not in known),
        f"ALTER SCHEMA {ROOM} OWNER TO {roles.owner}",
        *(f"ALTER TABLE {ROOM}.{name} OWNER TO {roles.owner}" for name in tables),
        *(f"ALTER FUNCTION {name} OWNER TO {roles.owner}" for name in functions),
        f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM {everybody}",
        # A migration makes the schema anew beside the old one, to compare.
        f"GRANT CREATE ON DATABASE {database} TO {roles.owner}",
        f"REVOKE ALL ON SCHEMA {ROOM} FROM {everybody}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {ROOM} FROM {everybody}",
        f"GRANT USAGE ON SCHEMA {ROOM} TO {roles.poster}, {roles.auditor}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {ROOM} TO {roles.poster}, {roles.auditor}",
        f"GRANT INSERT ON {writable} TO {roles.poster}",
        # The two things that change: sums that verify recounts, and details that a redaction erases.
        f"GRANT UPDATE (debit, credit) ON {ROOM}.daily_total TO {roles.poster}",
        f"GRANT DELETE ON {ROOM}.personal_detail TO {roles.poster}",
        *(f"GRANT EXECUTE ON FUNCTION {name} TO {roles.poster}, {roles.auditor}" for name in checkers),
    )


def owner_for_the_transaction(connection: Connection) -> str:
    """What makes the rest of a transaction that of the ledger's owner; refused to who may not be it."""
    asked = f"SELECT quote_ident(rolname) FROM pg_roles WHERE oid = {OWNER}"
    return f"SET LOCAL ROLE {connection.exec_driver_sql(asked).scalar_one()}"
