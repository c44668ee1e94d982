"""Schema 1, the first. Frozen: what a released version made stays what it is, whatever is made today."""

from __future__ import annotations

from importlib.resources import files

from alembic import op

revision = "0001"
down_revision = None

TABLES = (
    """CREATE TABLE account (
    code TEXT NOT NULL,
    journal_set TEXT NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT no_revenue CHECK ((journal_set = 'trust' AND code >= '1000' AND code < '3000')
        OR (journal_set = 'memorandum' AND code >= '8000' AND code < '9000'))
) WITHOUT ROWID, STRICT""",
    """CREATE TABLE subaccount (
    id INTEGER NOT NULL,
    account TEXT NOT NULL,
    term TEXT NOT NULL,
    currency TEXT NOT NULL,
    donor TEXT DEFAULT '' NOT NULL,
    pledge TEXT DEFAULT '' NOT NULL,
    allocation TEXT DEFAULT '' NOT NULL,
    obligation TEXT DEFAULT '' NOT NULL,
    advance TEXT DEFAULT '' NOT NULL,
    activity TEXT DEFAULT '' NOT NULL,
    earmark TEXT DEFAULT '' NOT NULL,
    category TEXT DEFAULT '' NOT NULL,
    country TEXT DEFAULT '' NOT NULL,
    bank_account TEXT DEFAULT '' NOT NULL,
    bank_reference TEXT DEFAULT '' NOT NULL,
    party TEXT DEFAULT '' NOT NULL,
    flow TEXT DEFAULT '' NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(account) REFERENCES account (code) DEFERRABLE INITIALLY DEFERRED
) STRICT""",
    """CREATE TABLE entry (
    number INTEGER NOT NULL,
    kind TEXT NOT NULL,
    reference TEXT NOT NULL,
    about TEXT NOT NULL,
    day INTEGER NOT NULL,
    value_day INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    description TEXT NOT NULL,
    reverses INTEGER,
    line_count INTEGER NOT NULL,
    leaf BLOB NOT NULL,
    parts BLOB NOT NULL,
    seal BLOB NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_reference UNIQUE (kind, reference),
    CONSTRAINT seal_length CHECK (length(seal) = 32),
    CONSTRAINT actor_named CHECK (actor <> ''),
    FOREIGN KEY(reverses) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED
) STRICT""",
    """CREATE TABLE line (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    subaccount INTEGER NOT NULL,
    day INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (number, position),
    FOREIGN KEY(number) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT amount_range CHECK (amount <> 0 AND amount BETWEEN -1000000000000000 AND 1000000000000000)
) WITHOUT ROWID, STRICT""",
    """CREATE TABLE own_amount (
    number INTEGER NOT NULL,
    position INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    rate TEXT NOT NULL,
    quoted TEXT NOT NULL,
    source TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (number, position),
    FOREIGN KEY(number) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT own_amount_range CHECK (amount BETWEEN 0 AND 1000000000000000),
    CONSTRAINT own_currency CHECK (currency <> 'USD')
) WITHOUT ROWID, STRICT""",
    """CREATE TABLE personal_detail (
    number INTEGER NOT NULL,
    detail BLOB NOT NULL,
    PRIMARY KEY (number),
    FOREIGN KEY(number) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED
) STRICT""",
    """CREATE TABLE tile (
    level INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, position),
    CONSTRAINT hash_length CHECK (length(hash) = 32)
) WITHOUT ROWID, STRICT""",
    """CREATE TABLE daily_total (
    account TEXT NOT NULL,
    term TEXT NOT NULL,
    currency TEXT NOT NULL,
    flow TEXT NOT NULL,
    day INTEGER NOT NULL,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL,
    PRIMARY KEY (account, term, currency, flow, day),
    FOREIGN KEY(account) REFERENCES account (code) DEFERRABLE INITIALLY DEFERRED
) WITHOUT ROWID, STRICT""",
)

INDEXES = (
    "CREATE UNIQUE INDEX one_reversal ON entry (reverses) WHERE reverses IS NOT NULL",
    "CREATE UNIQUE INDEX one_place_of_pledge ON subaccount (pledge, account) WHERE pledge != ''",
    "CREATE UNIQUE INDEX one_place ON subaccount (allocation, donor, account, term, currency, obligation,"
    " advance, activity, earmark, category, country, bank_account, bank_reference, party, flow)"
    " WHERE pledge = ''",
    "CREATE INDEX entry_by_about ON entry (about) WHERE about != '' AND about != (kind || ':' || reference)",
    "CREATE INDEX line_by_subaccount ON line (subaccount, day, amount)",
    "CREATE INDEX subaccount_by_obligation ON subaccount (obligation) WHERE obligation != ''",
    "CREATE INDEX subaccount_by_advance ON subaccount (advance) WHERE advance != ''",
    "CREATE INDEX subaccount_by_party ON subaccount (party) WHERE party != ''",
    "CREATE INDEX subaccount_by_donor ON subaccount (donor, account) WHERE donor != '' AND account != '8090'"
    " AND allocation = ''",
)

TRUST = "1010 1210 1230 2010 2020 2021 2030 2040 2041 2042 2043 2044 2045 2050 2060 2070 2110"
MEMORANDUM = "8010 8020 8030 8040 8050 8090 8100 8110 8120 8140 8150"

SQLITE_GUARDS = (
    """CREATE TRIGGER account_no_update BEFORE UPDATE ON account BEGIN
  SELECT RAISE(ABORT, 'mdfm: account rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER account_no_delete BEFORE DELETE ON account BEGIN
  SELECT RAISE(ABORT, 'mdfm: account rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER subaccount_no_update BEFORE UPDATE ON subaccount BEGIN
  SELECT RAISE(ABORT, 'mdfm: subaccount rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER subaccount_no_delete BEFORE DELETE ON subaccount BEGIN
  SELECT RAISE(ABORT, 'mdfm: subaccount rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN
  SELECT RAISE(ABORT, 'mdfm: entry rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN
  SELECT RAISE(ABORT, 'mdfm: entry rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER line_no_update BEFORE UPDATE ON line BEGIN
  SELECT RAISE(ABORT, 'mdfm: line rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER line_no_delete BEFORE DELETE ON line BEGIN
  SELECT RAISE(ABORT, 'mdfm: line rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER own_amount_no_update BEFORE UPDATE ON own_amount BEGIN
  SELECT RAISE(ABORT, 'mdfm: own_amount rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER own_amount_no_delete BEFORE DELETE ON own_amount BEGIN
  SELECT RAISE(ABORT, 'mdfm: own_amount rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER tile_no_update BEFORE UPDATE ON tile BEGIN
  SELECT RAISE(ABORT, 'mdfm: tile rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER tile_no_delete BEFORE DELETE ON tile BEGIN
  SELECT RAISE(ABORT, 'mdfm: tile rows are never changed or removed') WHERE 1;
END""",
    """CREATE TRIGGER detail_not_late BEFORE INSERT ON personal_detail
  WHEN EXISTS (SELECT 1 FROM entry WHERE number >= NEW.number) BEGIN
  SELECT RAISE(FAIL, 'mdfm: no personal detail is added to an entry that is sealed') WHERE 1;
END""",
    """CREATE TRIGGER detail_no_update BEFORE UPDATE ON personal_detail BEGIN
  SELECT RAISE(ABORT, 'mdfm: personal details are erased or stay as they are') WHERE 1;
END""",
    """CREATE TRIGGER detail_only_redacted BEFORE DELETE ON personal_detail BEGIN
  SELECT RAISE(ABORT, 'mdfm: personal details are erased by a redaction only')
    WHERE NOT EXISTS (SELECT 1 FROM entry JOIN entry AS redaction ON redaction.about = entry.about
      WHERE entry.number = OLD.number AND entry.about <> '' AND redaction.kind = 'redaction'
      AND redaction.number > entry.number);
END""",
    """CREATE TRIGGER entry_in_order BEFORE INSERT ON entry BEGIN
  SELECT RAISE(FAIL, 'mdfm: entry numbers have no gaps and no repeats')
    WHERE NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM entry);
  SELECT RAISE(FAIL, 'mdfm: one entry for a reference')
    WHERE EXISTS (SELECT 1 FROM entry WHERE kind = NEW.kind AND reference = NEW.reference);
  SELECT RAISE(FAIL, 'mdfm: an entry is reversed once')
    WHERE NEW.reverses IS NOT NULL AND EXISTS (SELECT 1 FROM entry WHERE reverses = NEW.reverses);
  SELECT RAISE(FAIL, 'mdfm: only an earlier entry can be reversed')
    WHERE NEW.reverses >= NEW.number;
  SELECT RAISE(FAIL, 'mdfm: an own amount is of a line that is there')
    WHERE EXISTS (SELECT 1 FROM own_amount AS own WHERE number = NEW.number AND NOT EXISTS
      (SELECT 1 FROM line WHERE line.number = own.number AND line.position = own.position));
  SELECT CASE WHEN (SELECT COUNT(*) <> NEW.line_count OR SUM(day <> NEW.day) > 0 FROM line WHERE
      number = NEW.number) THEN RAISE(FAIL, 'mdfm: an entry has the lines it says, on its date')
      WHEN EXISTS (SELECT 1 FROM line WHERE number = NEW.number AND NOT EXISTS (SELECT 1 FROM
      subaccount WHERE id = line.subaccount)) THEN RAISE(FAIL, 'mdfm: a line is of a subaccount that
      is there') WHEN EXISTS (SELECT 1 FROM line JOIN subaccount ON subaccount.id = line.subaccount
      WHERE line.number = NEW.number GROUP BY subaccount.account >= '8', subaccount.term,
      subaccount.currency HAVING SUM(line.amount) <> 0) THEN RAISE(FAIL, 'mdfm: debits and credits
      differ') END WHERE (SELECT COUNT(*) = NEW.line_count AND SUM(line.amount) = 0 AND
      SUM(line.amount * (subaccount.account >= '8')) = 0 AND SUM(line.day = NEW.day AND
      subaccount.term = first.term AND subaccount.currency = first.currency) = NEW.line_count FROM
      (SELECT term, currency FROM line JOIN subaccount ON id = subaccount WHERE number = NEW.number
      AND position = 0) AS first CROSS JOIN line LEFT JOIN subaccount ON subaccount.id =
      line.subaccount WHERE line.number = NEW.number) IS NOT 1;
END""",
    """CREATE TRIGGER line_not_late BEFORE INSERT ON line
  WHEN EXISTS (SELECT 1 FROM entry WHERE number >= NEW.number) BEGIN
  SELECT RAISE(FAIL, 'mdfm: no line is added to an entry that is sealed') WHERE 1;
END""",
    """CREATE TRIGGER own_amount_not_late BEFORE INSERT ON own_amount
  WHEN EXISTS (SELECT 1 FROM entry WHERE number >= NEW.number) BEGIN
  SELECT RAISE(FAIL, 'mdfm: no own amount is added to an entry that is sealed') WHERE 1;
END""",
    """CREATE TRIGGER subaccount_once BEFORE INSERT ON subaccount BEGIN
  SELECT RAISE(FAIL, 'mdfm: subaccount ids have no gaps and no repeats')
    WHERE NEW.id <> (SELECT COALESCE(MAX(id), 0) + 1 FROM subaccount);
  SELECT RAISE(FAIL, 'mdfm: one subaccount for a pledge on an account')
    WHERE NEW.pledge <> '' AND EXISTS (SELECT 1 FROM subaccount
      WHERE pledge = NEW.pledge AND account = NEW.account AND pledge <> '');
  SELECT RAISE(FAIL, 'mdfm: one subaccount for a place')
    WHERE NEW.pledge = '' AND EXISTS (SELECT 1 FROM subaccount WHERE account = NEW.account AND +term =
      NEW.term AND +currency = NEW.currency AND donor = NEW.donor AND allocation = NEW.allocation
      AND +obligation = NEW.obligation AND +advance = NEW.advance AND +activity = NEW.activity AND
      +earmark = NEW.earmark AND +category = NEW.category AND +country = NEW.country AND
      +bank_account = NEW.bank_account AND +bank_reference = NEW.bank_reference AND +party =
      NEW.party AND +flow = NEW.flow AND pledge = '');
END""",
    """CREATE TRIGGER account_fixed BEFORE INSERT ON account BEGIN
  SELECT RAISE(FAIL, 'mdfm: the chart of accounts is fixed') WHERE 1;
END""",
)
"""What refuses changes in this version; the runner puts them in place once the tables are."""


_POSTGRESQL = (
    files("mdfm_ledger.store.migrations.versions").joinpath("0001.postgresql.sql").read_text("utf-8")
)
_POSTGRESQL_TABLES, POSTGRESQL_GUARDS = (
    part.strip().rstrip(";").split(";\n\n") for part in _POSTGRESQL.split("-- What refuses changes.\n")
)


def upgrade() -> None:
    """Make the tables, their indexes and the chart, and mark the file as ours."""
    is_file = op.get_bind().dialect.name == "sqlite"
    for statement in (*TABLES, *INDEXES) if is_file else _POSTGRESQL_TABLES:
        op.execute(statement)
    for journal_set, codes in (("trust", TRUST), ("memorandum", MEMORANDUM)):
        for code in codes.split():
            op.execute(f"INSERT INTO account VALUES ('{code}', '{journal_set}')")
    if is_file:
        op.execute("PRAGMA application_id = 0x4D44464D")
