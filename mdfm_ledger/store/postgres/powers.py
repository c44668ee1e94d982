"""What roles of a server could do to a ledger beyond what ``mdfm roles`` gives.

Whoever but the owner may change or remove what stands, or take guards out, could have done it and put all
back: that is for ``verify`` to find. Who may log in as what is advice, and the doctor's.
"""

from __future__ import annotations

from mdfm_ledger.store.postgres.guards import ROOM

_ROOM = f"(SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = '{ROOM}')"
OWNER = f"(SELECT nspowner FROM pg_catalog.pg_namespace WHERE nspname = '{ROOM}')"
_WHOM = "CASE grantee WHEN 0 THEN 'everybody' ELSE pg_get_userbyid(grantee)::text END"
# Adding and reading changes nothing that stands; keeping a table well (MAINTAIN) does not either.
_HARMFUL = "privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER')"
_TABLES = f"pg_class WHERE relnamespace = {_ROOM}"

# Whom the tables are given to by name: roles for others to be put into, and whoever may add.
_GIVEN_TO = f"""SELECT FROM pg_class, aclexplode(relacl) WHERE relnamespace = {_ROOM}
AND grantee = pg_roles.oid AND grantee <> relowner AND (privilege_type = 'INSERT' OR NOT rolcanlogin)"""
# What leads around every guard, or to who may.
_STRONG = f"""(rolsuper OR rolcreaterole
OR pg_has_role(pg_roles.oid, {OWNER}, 'MEMBER')
OR EXISTS (SELECT FROM pg_roles AS strong WHERE strong.rolname IN ('pg_write_all_data',
    'pg_write_server_files', 'pg_execute_server_program')
    AND pg_has_role(pg_roles.oid, strong.oid, 'MEMBER')))"""

BEYOND = f"""
SELECT 'ownership of ' || sort || ' ' || name || ' by ' || pg_get_userbyid(owner), ''
FROM (SELECT 'table' AS sort, relname::text AS name, relowner AS owner FROM {_TABLES}
        AND relkind NOT IN ('i', 'I')
    UNION ALL SELECT 'function', oid::regprocedure::text, proowner FROM pg_proc
    WHERE pronamespace = {_ROOM}) AS owned WHERE owner <> {OWNER}
UNION ALL
SELECT 'grant of ' || privilege_type || ' on table ' || relname || ' to ' || {_WHOM}, ''
FROM pg_class, aclexplode(relacl) WHERE relnamespace = {_ROOM} AND grantee <> relowner AND {_HARMFUL}
    AND NOT (relname = 'personal_detail' AND privilege_type = 'DELETE' AND grantee <> 0)
UNION ALL
SELECT 'grant of ' || privilege_type || ' (' || attname || ') on table ' || relname || ' to ' || {_WHOM}, ''
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid, aclexplode(attacl)
WHERE relnamespace = {_ROOM} AND grantee <> relowner AND {_HARMFUL}
    AND NOT (relname = 'daily_total' AND attname IN ('debit', 'credit') AND privilege_type = 'UPDATE'
        AND grantee <> 0)
UNION ALL
SELECT 'grant of CREATE on the schema to ' || {_WHOM}, ''
FROM pg_namespace, aclexplode(nspacl)
WHERE nspname = '{ROOM}' AND grantee <> nspowner AND privilege_type = 'CREATE'
UNION ALL
SELECT 'grant of ' || privilege_type || ' on tables to come to ' || {_WHOM}, ''
FROM pg_default_acl, aclexplode(defaclacl)
WHERE defaclobjtype = 'r' AND grantee <> defaclrole AND {_HARMFUL}
    AND (defaclnamespace = {_ROOM} OR defaclnamespace = 0 AND defaclrole = {OWNER})
UNION ALL
SELECT 'power of role ' || rolname || ' to pass the guards', '' FROM pg_roles
WHERE EXISTS ({_GIVEN_TO}) AND {_STRONG}"""
"""What no ledger is made with, by name: what belongs to another than the owner, and what was given too much.

Each with an empty text, as a schema says what a thing was made with."""

# Who may add, by whatever way it was given them; not who may do all anyway.
_GIVEN_ADDING = f"""SELECT grantee FROM pg_class, aclexplode(relacl)
WHERE relnamespace = {_ROOM} AND relname = 'line' AND privilege_type = 'INSERT' AND grantee <> relowner"""
_MEMBERS = f"""WITH RECURSIVE poster (oid) AS ({_GIVEN_ADDING}
UNION SELECT member FROM pg_auth_members JOIN poster ON roleid = poster.oid)"""

STRONG_POSTERS = f"""ARRAY({_MEMBERS} SELECT rolname::text FROM pg_roles JOIN poster USING (oid)
WHERE rolcanlogin AND {_STRONG} ORDER BY 1)"""
"""Who logs in, may add by a grant, and could lead around the guards."""

NOBODY_POSTS = f"NOT EXISTS ({_GIVEN_ADDING})"
"""Whether adding is given to nobody, so that who posts has to be the owner or an administrator."""

ACTS_AS_OWNER = f"""ARRAY(SELECT rolname::text FROM pg_roles WHERE rolcanlogin AND NOT rolsuper
AND pg_has_role(oid, {OWNER}, 'MEMBER') ORDER BY 1)"""
"""Who logs in and may do what the owner may, besides the administrators of the server."""

UNSAFE_SETTINGS_GIVEN = f"""ARRAY(SELECT DISTINCT parname || ' to ' || {_WHOM}
FROM pg_parameter_acl, aclexplode(paracl)
WHERE parname IN ('session_replication_role', 'allow_system_table_mods', 'zero_damaged_pages',
    'ignore_checksum_failure', 'fsync', 'full_page_writes') AND grantee <> 10 ORDER BY 1)"""
"""Settings that pass a guard or lose a posting, given to those who administer nothing; 10 made the server."""
