CREATE SCHEMA mdfm;

CREATE TABLE account (
    code TEXT COLLATE "C" NOT NULL,
    journal_set TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (code),
    CONSTRAINT no_revenue CHECK ((journal_set = 'trust' AND code >= '1000' AND code < '3000') OR (journal_set = 'memorandum' AND code >= '8000' AND code < '9000'))
);

CREATE TABLE entry (
    number BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reference TEXT COLLATE "C" NOT NULL,
    about TEXT COLLATE "C" NOT NULL,
    day INTEGER NOT NULL,
    value_day INTEGER NOT NULL,
    recorded_at BIGINT NOT NULL,
    actor TEXT COLLATE "C" NOT NULL,
    approved_by TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    reverses BIGINT,
    line_count INTEGER NOT NULL,
    leaf BYTEA NOT NULL,
    parts BYTEA NOT NULL,
    seal BYTEA NOT NULL,
    login TEXT COLLATE "C" DEFAULT session_user NOT NULL,
    PRIMARY KEY (number),
    CONSTRAINT one_reference UNIQUE (kind, reference),
    CONSTRAINT seal_length CHECK (length(seal) = 32),
    CONSTRAINT actor_named CHECK (actor <> '')
);

CREATE TABLE tile (
    level INTEGER NOT NULL,
    position BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (level, position),
    CONSTRAINT hash_length CHECK (length(hash) = 32)
);

CREATE TABLE daily_total (
    account TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    flow TEXT COLLATE "C" NOT NULL,
    day INTEGER NOT NULL,
    debit BIGINT NOT NULL,
    credit BIGINT NOT NULL,
    PRIMARY KEY (account, term, currency, flow, day),
    CONSTRAINT account_known CHECK (account IN ('1010', '1210', '1230', '2010', '2020', '2021', '2030', '2040', '2041', '2042', '2043', '2044', '2045', '2050', '2060', '2070', '2110', '8010', '8020', '8030', '8040', '8050', '8090', '8100', '8110', '8120', '8140', '8150'))
);

CREATE TABLE personal_detail (
    number BIGINT NOT NULL,
    detail BYTEA NOT NULL,
    PRIMARY KEY (number),
    FOREIGN KEY(number) REFERENCES entry (number) DEFERRABLE INITIALLY DEFERRED
);

ALTER TABLE personal_detail ALTER COLUMN detail SET STATISTICS 0;

CREATE TABLE subaccount (
    id INTEGER NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    donor TEXT COLLATE "C" DEFAULT '' NOT NULL,
    pledge TEXT COLLATE "C" DEFAULT '' NOT NULL,
    allocation TEXT COLLATE "C" DEFAULT '' NOT NULL,
    obligation TEXT COLLATE "C" DEFAULT '' NOT NULL,
    advance TEXT COLLATE "C" DEFAULT '' NOT NULL,
    activity TEXT COLLATE "C" DEFAULT '' NOT NULL,
    earmark TEXT COLLATE "C" DEFAULT '' NOT NULL,
    category TEXT COLLATE "C" DEFAULT '' NOT NULL,
    country TEXT COLLATE "C" DEFAULT '' NOT NULL,
    bank_account TEXT COLLATE "C" DEFAULT '' NOT NULL,
    bank_reference TEXT COLLATE "C" DEFAULT '' NOT NULL,
    party TEXT COLLATE "C" DEFAULT '' NOT NULL,
    flow TEXT COLLATE "C" DEFAULT '' NOT NULL,
    PRIMARY KEY (id)
);

CREATE TABLE line (
    number BIGINT NOT NULL,
    position INTEGER NOT NULL,
    subaccount INTEGER NOT NULL,
    day INTEGER NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (number, position),
    CONSTRAINT amount_range CHECK (amount <> 0 AND amount BETWEEN -1000000000000000 AND 1000000000000000)
);

CREATE TABLE own_amount (
    number BIGINT NOT NULL,
    position INTEGER NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    amount BIGINT NOT NULL,
    rate TEXT COLLATE "C" NOT NULL,
    quoted TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (number, position),
    FOREIGN KEY(number, position) REFERENCES line (number, position) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT own_amount_range CHECK (amount BETWEEN 0 AND 1000000000000000),
    CONSTRAINT own_currency CHECK (currency <> 'USD')
);

CREATE INDEX entry_by_about ON entry (about) WHERE about != '' AND about != (kind || ':' || reference);

CREATE UNIQUE INDEX one_reversal ON entry (reverses) WHERE reverses IS NOT NULL;

CREATE UNIQUE INDEX one_place ON subaccount (allocation, donor, account, term, currency, obligation, advance, activity, earmark, category, country, bank_account, bank_reference, party, flow) WHERE pledge = '';

CREATE UNIQUE INDEX one_place_of_pledge ON subaccount (pledge, account) WHERE pledge != '';

CREATE INDEX subaccount_by_advance ON subaccount (advance) WHERE advance != '';

CREATE INDEX subaccount_by_donor ON subaccount (donor, account) WHERE donor != '' AND account != '8090' AND allocation = '';

CREATE INDEX subaccount_by_obligation ON subaccount (obligation) WHERE obligation != '';

CREATE INDEX subaccount_by_party ON subaccount (party) WHERE party != '';

CREATE INDEX line_by_subaccount ON line (subaccount, day, amount);

-- What refuses changes.
CREATE FUNCTION mdfm.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'mdfm: % rows are never changed or removed', TG_TABLE_NAME;
END
$$;

CREATE FUNCTION mdfm.refuse_with() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'mdfm: %', TG_ARGV[0];
END
$$;

CREATE FUNCTION mdfm.not_late() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1296320077);
  IF (SELECT min(number) FROM added) <= (SELECT max(number) FROM entry) THEN
    RAISE EXCEPTION 'mdfm: no % is added to an entry that is sealed', TG_ARGV[0];
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION mdfm.lines_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(1296320077);
  IF (SELECT min(number) FROM added) <= (SELECT max(number) FROM entry) THEN
    RAISE EXCEPTION 'mdfm: no line is added to an entry that is sealed';
  END IF;
  -- So the deferred guard, which looks at first lines, looks at all.
  IF EXISTS (SELECT FROM added GROUP BY number HAVING min(position) <> 0) THEN
    RAISE EXCEPTION 'mdfm: the lines of an entry are added in one go';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION mdfm.places_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
DECLARE
  first bigint;
  last bigint;
  many bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(1296320077);
  SELECT min(id), max(id), count(*) INTO first, last, many FROM added;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  IF first <> (SELECT coalesce(max(id), 0) + 1 FROM subaccount WHERE id < first)
      OR last - first + 1 <> many OR EXISTS (SELECT FROM subaccount WHERE id > last) THEN
    RAISE EXCEPTION 'mdfm: subaccount ids have no gaps and no repeats' USING ERRCODE = 'unique_violation';
  END IF;
  -- The chart is fixed, so to look once is enough; a foreign key would look place by place.
  IF EXISTS (SELECT FROM added LEFT JOIN account ON code = added.account WHERE code IS NULL) THEN
    RAISE EXCEPTION 'mdfm: a subaccount is of an account of the chart';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION mdfm.entries_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  first bigint;
  last bigint;
  many bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(1296320077);
  SELECT min(number), max(number), count(*) INTO first, last, many FROM added;
  IF many = 0 THEN
    RETURN NULL;
  END IF;
  IF first <> (SELECT coalesce(max(number), 0) + 1 FROM entry WHERE number < first)
      OR last - first + 1 <> many OR EXISTS (SELECT FROM entry WHERE number > last) THEN
    RAISE EXCEPTION 'mdfm: entry numbers have no gaps and no repeats' USING ERRCODE = 'unique_violation';
  END IF;
  -- Numbers have no gaps, so an earlier one is there.
  IF EXISTS (SELECT FROM added WHERE reverses NOT BETWEEN 1 AND number - 1) THEN
    RAISE EXCEPTION 'mdfm: only an earlier entry can be reversed';
  END IF;
  IF EXISTS (SELECT FROM added WHERE login <> session_user) THEN
    RAISE EXCEPTION 'mdfm: nobody posts under the login of another';
  END IF;
  IF NOT EXISTS (SELECT FROM added LEFT JOIN line USING (number) LEFT JOIN subaccount ON id = subaccount
      GROUP BY number, line_count, added.day
      HAVING NOT (line_count = 0 AND count(position) = 0
        OR count(id) = count(*) AND sum(amount) = 0
      AND sum(CASE WHEN account >= '8' THEN amount ELSE 0 END) = 0
      AND min(term) = max(term) AND min(currency) = max(currency) AND count(position) = line_count AND bool_and(line.day = added.day))) THEN
    RETURN NULL;
  END IF;
  IF EXISTS (SELECT FROM added LEFT JOIN line USING (number) GROUP BY number, line_count, added.day
      HAVING count(position) <> line_count OR bool_or(line.day <> added.day)) THEN
    RAISE EXCEPTION 'mdfm: an entry has the lines it says, on its date';
  END IF;
  IF EXISTS (SELECT FROM line LEFT JOIN subaccount ON id = subaccount
      WHERE number BETWEEN first AND last AND id IS NULL) THEN
    RAISE EXCEPTION 'mdfm: a line is of a subaccount that is there';
  END IF;
  IF EXISTS (SELECT FROM line JOIN subaccount ON id = subaccount WHERE number BETWEEN first AND last
      GROUP BY number, account >= '8', term, currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'mdfm: debits and credits differ';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION mdfm.sealed_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
BEGIN
  IF (SELECT count(id) = count(*) AND sum(amount) = 0
      AND sum(CASE WHEN account >= '8' THEN amount ELSE 0 END) = 0
      AND min(term) = max(term) AND min(currency) = max(currency) AND count(*) = (SELECT line_count FROM entry WHERE entry.number = NEW.number)
      FROM line LEFT JOIN LATERAL (SELECT * FROM subaccount WHERE id = line.subaccount OFFSET 0) AS place
      ON true WHERE line.number = NEW.number) THEN
    RETURN NULL;
  END IF;
  IF NOT EXISTS (SELECT FROM entry WHERE number = NEW.number
      AND line_count = (SELECT count(*) FROM line WHERE line.number = NEW.number)) THEN
    RAISE EXCEPTION 'mdfm: a line belongs to an entry that counts it';
  END IF;
  IF EXISTS (SELECT FROM line LEFT JOIN subaccount ON id = subaccount
      WHERE number = NEW.number AND id IS NULL) THEN
    RAISE EXCEPTION 'mdfm: a line is of a subaccount that is there';
  END IF;
  IF EXISTS (SELECT FROM line JOIN subaccount ON id = subaccount WHERE number = NEW.number
      GROUP BY number, account >= '8', term, currency HAVING sum(amount) <> 0) THEN
    RAISE EXCEPTION 'mdfm: debits and credits differ';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION mdfm.only_redacted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, mdfm, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM entry JOIN entry AS redaction ON redaction.about = entry.about
      WHERE entry.number = OLD.number AND entry.about <> '' AND redaction.kind = 'redaction'
      AND redaction.number > entry.number) THEN
    RAISE EXCEPTION 'mdfm: personal details are erased by a redaction only';
  END IF;
  RETURN OLD;
END
$$;

CREATE TRIGGER account_no_change BEFORE DELETE OR UPDATE ON mdfm.account FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.account ENABLE ALWAYS TRIGGER account_no_change;

CREATE TRIGGER account_no_truncate BEFORE TRUNCATE ON mdfm.account FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.account ENABLE ALWAYS TRIGGER account_no_truncate;

CREATE TRIGGER subaccount_no_change BEFORE DELETE OR UPDATE ON mdfm.subaccount FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.subaccount ENABLE ALWAYS TRIGGER subaccount_no_change;

CREATE TRIGGER subaccount_no_truncate BEFORE TRUNCATE ON mdfm.subaccount FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.subaccount ENABLE ALWAYS TRIGGER subaccount_no_truncate;

CREATE TRIGGER entry_no_change BEFORE DELETE OR UPDATE ON mdfm.entry FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.entry ENABLE ALWAYS TRIGGER entry_no_change;

CREATE TRIGGER entry_no_truncate BEFORE TRUNCATE ON mdfm.entry FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.entry ENABLE ALWAYS TRIGGER entry_no_truncate;

CREATE TRIGGER line_no_change BEFORE DELETE OR UPDATE ON mdfm.line FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.line ENABLE ALWAYS TRIGGER line_no_change;

CREATE TRIGGER line_no_truncate BEFORE TRUNCATE ON mdfm.line FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.line ENABLE ALWAYS TRIGGER line_no_truncate;

CREATE TRIGGER own_amount_no_change BEFORE DELETE OR UPDATE ON mdfm.own_amount FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.own_amount ENABLE ALWAYS TRIGGER own_amount_no_change;

CREATE TRIGGER own_amount_no_truncate BEFORE TRUNCATE ON mdfm.own_amount FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.own_amount ENABLE ALWAYS TRIGGER own_amount_no_truncate;

CREATE TRIGGER tile_no_change BEFORE DELETE OR UPDATE ON mdfm.tile FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.tile ENABLE ALWAYS TRIGGER tile_no_change;

CREATE TRIGGER tile_no_truncate BEFORE TRUNCATE ON mdfm.tile FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.tile ENABLE ALWAYS TRIGGER tile_no_truncate;

CREATE TRIGGER personal_detail_no_truncate BEFORE TRUNCATE ON mdfm.personal_detail FOR EACH STATEMENT EXECUTE FUNCTION mdfm.refuse_change();

ALTER TABLE mdfm.personal_detail ENABLE ALWAYS TRIGGER personal_detail_no_truncate;

CREATE TRIGGER detail_no_update BEFORE UPDATE ON mdfm.personal_detail FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_with('personal details are erased or stay as they are');

ALTER TABLE mdfm.personal_detail ENABLE ALWAYS TRIGGER detail_no_update;

CREATE TRIGGER detail_only_redacted BEFORE DELETE ON mdfm.personal_detail FOR EACH ROW EXECUTE FUNCTION mdfm.only_redacted();

ALTER TABLE mdfm.personal_detail ENABLE ALWAYS TRIGGER detail_only_redacted;

CREATE TRIGGER account_fixed BEFORE INSERT ON mdfm.account FOR EACH ROW EXECUTE FUNCTION mdfm.refuse_with('the chart of accounts is fixed');

ALTER TABLE mdfm.account ENABLE ALWAYS TRIGGER account_fixed;

CREATE TRIGGER subaccount_in_order AFTER INSERT ON mdfm.subaccount REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mdfm.places_in_order();

ALTER TABLE mdfm.subaccount ENABLE ALWAYS TRIGGER subaccount_in_order;

CREATE TRIGGER entry_in_order AFTER INSERT ON mdfm.entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mdfm.entries_in_order();

ALTER TABLE mdfm.entry ENABLE ALWAYS TRIGGER entry_in_order;

CREATE TRIGGER line_not_late AFTER INSERT ON mdfm.line REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mdfm.lines_in_order();

ALTER TABLE mdfm.line ENABLE ALWAYS TRIGGER line_not_late;

CREATE TRIGGER own_amount_not_late AFTER INSERT ON mdfm.own_amount REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mdfm.not_late('own amount');

ALTER TABLE mdfm.own_amount ENABLE ALWAYS TRIGGER own_amount_not_late;

CREATE TRIGGER detail_not_late AFTER INSERT ON mdfm.personal_detail REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION mdfm.not_late('personal detail');

ALTER TABLE mdfm.personal_detail ENABLE ALWAYS TRIGGER detail_not_late;

CREATE CONSTRAINT TRIGGER line_sealed_whole AFTER INSERT ON mdfm.line DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new."position" = 0)) EXECUTE FUNCTION mdfm.sealed_whole();

ALTER TABLE mdfm.line ENABLE ALWAYS TRIGGER line_sealed_whole;
