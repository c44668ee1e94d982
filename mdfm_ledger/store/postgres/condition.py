"""What a server says of itself and of who asks: what a doctor has to know of a ledger on it."""

from __future__ import annotations

from typing import NamedTuple

from mdfm_ledger.moments import numbered_time
from mdfm_ledger.store.carrying import reading
from mdfm_ledger.store.postgres import pages, powers
from mdfm_ledger.store.postgres.guards import ROOM

_OPEN = f"has_schema_privilege('public', '{ROOM}', 'USAGE')"
# Who approved and who entered gave two names; whether they were two people, their logins tell.
_ONE_LOGIN = """ARRAY(SELECT DISTINCT document.login FROM entry AS approval JOIN entry AS document
ON approval.kind = 'approval' AND document.login = approval.login
AND approval.description = 'of ' || document.kind || ' ' || document.reference ORDER BY 1)"""
# In the order of the fields. Any role may ask these; a setting a server does not know is null.
_ASK = f"""SELECT current_setting('server_version'), current_setting('server_version_num')::int / 10000,
pg_is_in_recovery(),
(SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
pg_has_role({powers.OWNER}, 'MEMBER'),
ARRAY(SELECT name FROM pg_settings WHERE setting = 'off'
    AND name IN ('fsync', 'full_page_writes', 'synchronous_commit') ORDER BY name),
coalesce(current_setting('data_checksums', true), 'on') = 'on',
current_setting('archive_mode', true) IN ('on', 'always'),
(SELECT count(*) FROM pg_stat_replication),
inet_client_addr() IS NOT NULL AND NOT inet_client_addr() <<= '127.0.0.0/8' AND inet_client_addr() <> '::1'
    AND NOT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false),
{_OPEN} AND has_table_privilege('public', '{ROOM}.personal_detail', 'SELECT'),
EXISTS (SELECT FROM pg_class, aclexplode(relacl) WHERE relnamespace = '{ROOM}'::regnamespace
    AND grantee = 0 AND privilege_type <> 'SELECT'),
{powers.STRONG_POSTERS}, {powers.NOBODY_POSTS}, {powers.ACTS_AS_OWNER}, {powers.UNSAFE_SETTINGS_GIVEN},
{_ONE_LOGIN}, {pages.UNSEEN},
(SELECT recorded_at FROM entry ORDER BY number DESC LIMIT 1)"""


class ServerCondition(NamedTuple):
    """What is of interest about a server, a ledger on it and the role that asks."""

    version: str
    major: int
    is_standby: bool
    is_superuser: bool
    is_owner: bool
    settings_off: list[str]
    has_checksums: bool
    is_archived: bool
    standbys: int
    is_in_the_clear: bool
    """Whether the connection crosses a network without being encrypted."""
    anybody_reads: bool
    anybody_writes: bool
    strong_posters: list[str]
    """Who logs in, may add by a grant, and could lead around the guards."""
    nobody_posts: bool
    """Whether only the owner and administrators may add."""
    owners: list[str]
    """Who logs in and may do what the owner may, but for administrators."""
    settings_given: list[str]
    """Settings that pass a guard, and to whom they are given."""
    one_login: list[str]
    """Logins that approved a document and entered it, under two names."""
    pages_unseen: str
    """Why verify cannot have indexes and pages looked at; empty where it can."""
    last_recorded: int | None
    """When the last entry was written, in microseconds since 1970 began; None where there is none."""

    @property
    def last_recorded_at(self) -> str:
        """The same as a text; empty where there is none."""
        return "" if self.last_recorded is None else numbered_time(self.last_recorded)


def condition_of(url: str) -> ServerCondition:
    """Ask the server a ledger is on. Raises StoreError."""
    with reading(url) as connection:
        return ServerCondition._make(connection.exec_driver_sql(_ASK).one())
