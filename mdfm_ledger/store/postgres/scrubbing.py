"""Having what was erased go from a server's disk: the table written anew, and its log gone around."""

from __future__ import annotations

from sqlalchemy import Connection

from mdfm_ledger.errors import NotOwnerError, ServerUnavailableError, StillReadError
from mdfm_ledger.results import Scrubbed
from mdfm_ledger.store.postgres.guards import ROOM
from mdfm_ledger.store.postgres.powers import OWNER

_TABLE = f"{ROOM}.personal_detail"
_WHOSE = f"""SELECT rolname, pg_has_role(oid, 'USAGE'), session_user
FROM pg_catalog.pg_roles WHERE oid = {OWNER}"""
_FILE = f"SELECT pg_relation_filenode('{_TABLE}')"
# A row that is gone is kept by who still reads of before: it was removed by what recorded the last redaction.
_LAST = f"(SELECT xmin FROM {ROOM}.entry WHERE kind = 'redaction' ORDER BY number DESC LIMIT 1)"
_HOLDING = """
SELECT 'process ' || pid AS who, greatest(age(backend_xmin), age(backend_xid)) AS since FROM pg_stat_activity
WHERE pid <> pg_backend_pid()
UNION ALL SELECT 'replication slot ' || slot_name, age(xmin) FROM pg_replication_slots
UNION ALL SELECT 'prepared transaction ' || gid, age(transaction) FROM pg_prepared_xacts"""
_READING = f"""SELECT coalesce(string_agg(who, ', '), '') FROM ({_HOLDING}) AS holding
WHERE since >= (SELECT age(xmin) FROM {_LAST} AS redaction)"""

_LOG_RIGHTS = """SELECT concat_ws(', ',
CASE WHEN NOT pg_has_role('pg_checkpoint', 'USAGE') THEN 'pg_checkpoint' END,
CASE WHEN NOT has_function_privilege('pg_switch_wal()', 'EXECUTE') THEN 'EXECUTE on pg_switch_wal()' END,
CASE WHEN NOT has_function_privilege('pg_ls_waldir()', 'EXECUTE') THEN 'EXECUTE on pg_ls_waldir()' END)"""
_LOG_FILES = r"SELECT count(*) FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
# Named by timeline and place: the place says what is earlier.
_EARLIER = f"""{_LOG_FILES}
AND substr(name, 9) < (SELECT substr(redo_wal_file, 9) FROM pg_control_checkpoint())"""
# What is written in between lets the next one begin: a file without anything in it is not left.
_NEXT_LOG_FILE = "SELECT pg_switch_wal() FROM (SELECT pg_logical_emit_message(false, 'mdfm', '')) AS written"

_DONE_TABLE = "the table of personal details was written anew: nothing erased is in its files"
_DONE_LOG = "the server's log was gone around: what a checkpoint lets go of is written over"
_LEFT_LOG = "the server's log, until it is written over: run it with --log as an administrator of the server"
_LEFT_KEPT = (
    "{count} earlier files of the server's log, kept for an archive, a standby, a slot or wal_keep_size"
)
_LEFT_ELSEWHERE = "archives of the log, standbys until they have replayed this, dumps, backups and snapshots"


def scrub(connection: Connection, url: str, *, log: bool) -> Scrubbed:
    """Write the table anew, and with ``log`` the server's log too.

    Raises NotOwnerError where who asks may not, StillReadError where somebody reads of before what was
    erased: nothing is done then.
    """
    connection.execution_options(isolation_level="AUTOCOMMIT")
    if log and (missing := connection.exec_driver_sql(_LOG_RIGHTS).scalar_one()):
        raise ServerUnavailableError(url=url, problem=f"to write over its log this role lacks {missing}")
    owner, is_owner, role = connection.exec_driver_sql(_WHOSE).one()
    if not is_owner:
        raise NotOwnerError(url=url, owner=owner, role=role)
    who = connection.exec_driver_sql(_READING).scalar_one()
    if who:
        raise StillReadError(who=who)
    before = connection.exec_driver_sql(_FILE).scalar_one()
    connection.exec_driver_sql(f"VACUUM FULL {_TABLE}")
    if connection.exec_driver_sql(_FILE).scalar_one() == before:
        # What may not be done is passed over by the server with a warning.
        raise ServerUnavailableError(url=url, problem=f"{_TABLE} was not written anew; see the server's log")
    if not log:
        return Scrubbed(done=(_DONE_TABLE,), left=(_LEFT_LOG, _LEFT_ELSEWHERE))
    kept = _log_gone_around(connection)
    left = (_LEFT_KEPT.format(count=kept), _LEFT_ELSEWHERE) if kept else (_LEFT_ELSEWHERE,)
    return Scrubbed(done=(_DONE_TABLE, _DONE_LOG), left=left)


def _log_gone_around(connection: Connection) -> int:
    """Write over every file of the log that is not kept for something else; how many are.

    A checkpoint hands old files on to be written again with what they hold. Each that is left early is filled
    with zeros: so after as many as there are, all have been.
    """
    connection.exec_driver_sql("SELECT pg_switch_wal()")
    connection.exec_driver_sql("CHECKPOINT")
    for _ in range(connection.exec_driver_sql(_LOG_FILES).scalar_one()):
        connection.exec_driver_sql(_NEXT_LOG_FILE)
    connection.exec_driver_sql("CHECKPOINT")
    return int(connection.exec_driver_sql(_EARLIER).scalar_one())
