-- The schema of package loyalty/loyaltysql, version 1, for SQLite. Instants are
-- microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes.
-- Accounts have a rowid, for a row is then changed in its place, where one without is
-- taken out and put in again; postings have one, so that they lie in the order in
-- which they came and a batch touches half the pages. Of the others only the outbox
-- has one, which is an event's number.

CREATE TABLE loyalty_accounts (
    tenant     TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    entries    BIGINT NOT NULL,
    recorded   BIGINT,
    member     TEXT   NOT NULL DEFAULT '',
    household  TEXT   NOT NULL DEFAULT '',
    status     TEXT   NOT NULL DEFAULT '',
    tier       TEXT   NOT NULL DEFAULT '',
    tier_until BIGINT,
    tier_stale BIGINT NOT NULL DEFAULT 0,
    due        BIGINT,
    counters   TEXT,
    balance    BIGINT NOT NULL DEFAULT 0,
    debt       BIGINT NOT NULL DEFAULT 0,
    qp         BIGINT NOT NULL DEFAULT 0,
    points     BLOB,
    UNIQUE (tenant, id)
);
CREATE INDEX loyalty_accounts_member ON loyalty_accounts (tenant, member, id) WHERE member <> '';
CREATE INDEX loyalty_accounts_household ON loyalty_accounts (tenant, household, id) WHERE household <> '';
CREATE INDEX loyalty_accounts_due ON loyalty_accounts (tenant, id, due) WHERE due IS NOT NULL;

CREATE TABLE loyalty_postings (
    tenant     TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT   NOT NULL,
    amount     BIGINT NOT NULL,
    qp         BIGINT NOT NULL,
    ref        TEXT   NOT NULL,
    actor      TEXT   NOT NULL,
    code       TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    entry      BLOB   NOT NULL,
    PRIMARY KEY (tenant, id, seq)
);
CREATE INDEX loyalty_postings_ref ON loyalty_postings (tenant, ref, id, seq) WHERE ref <> '';

CREATE TABLE loyalty_records (
    tenant   TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    id       TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    member   TEXT   NOT NULL DEFAULT '',
    ref      TEXT   NOT NULL DEFAULT '',
    state    TEXT,
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;
CREATE INDEX loyalty_records_member ON loyalty_records (tenant, kind, member, id) WHERE member <> '';
CREATE INDEX loyalty_records_ref ON loyalty_records (tenant, kind, ref, id) WHERE ref <> '';
CREATE INDEX loyalty_records_due ON loyalty_records (tenant, kind, id, due) WHERE due IS NOT NULL;

CREATE TABLE loyalty_entries (
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT   NOT NULL,
    member     TEXT   NOT NULL,
    ref        TEXT   NOT NULL,
    data       TEXT,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
) WITHOUT ROWID;
CREATE INDEX loyalty_entries_member ON loyalty_entries (tenant, member, kind, id, seq) WHERE member <> '';

CREATE TABLE loyalty_claims (
    tenant    TEXT NOT NULL,
    space     TEXT NOT NULL,
    claim_key TEXT NOT NULL,
    kind      TEXT NOT NULL,
    id        TEXT NOT NULL,
    PRIMARY KEY (tenant, space, claim_key)
) WITHOUT ROWID;

CREATE TABLE loyalty_receipts (
    tenant      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    commit_key  TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    receipt     BLOB,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
) WITHOUT ROWID;

CREATE TABLE loyalty_outbox (
    event      INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    event_kind TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    data       TEXT
);
CREATE INDEX loyalty_outbox_tenant ON loyalty_outbox (tenant, event);

-- What is inserted into this view is a whole commit, of one posting to an account
-- that exists, under a key that is new: one statement in the place of five.
CREATE VIEW loyalty_post AS SELECT '' AS tenant, '' AS id, 0 AS version, 0 AS seq, 0 AS account_recorded,
    '' AS member, '' AS household, '' AS status, '' AS tier, 0 AS tier_until, 0 AS tier_stale, 0 AS due, '' AS counters,
    0 AS balance, 0 AS debt, 0 AS account_qp, x'' AS points,
    '' AS scope, '' AS commit_key, x'' AS fingerprint, x'' AS receipt, 0 AS committed,
    '' AS entry_kind, 0 AS amount, 0 AS qp, '' AS ref, '' AS actor, '' AS code, 0 AS at, 0 AS recorded, '' AS reason, x'' AS entry
    WHERE 0;
-- An index costs nothing where the statement does not name its columns: hence two
-- statements for the account.
CREATE TRIGGER loyalty_post_one INSTEAD OF INSERT ON loyalty_post BEGIN
    SELECT RAISE(ROLLBACK, 'guanxi: not as expected')
    WHERE NOT EXISTS (SELECT 1 FROM loyalty_accounts WHERE tenant = NEW.tenant AND id = NEW.id AND version = NEW.version - 1 AND entries = NEW.seq - 1);
    UPDATE loyalty_accounts SET version = NEW.version, entries = NEW.seq, recorded = NEW.recorded, status = NEW.status,
        tier = NEW.tier, tier_until = NEW.tier_until, tier_stale = NEW.tier_stale, counters = NEW.counters,
        balance = NEW.balance, debt = NEW.debt, qp = NEW.account_qp, points = NEW.points
    WHERE tenant = NEW.tenant AND id = NEW.id AND member = NEW.member AND household = NEW.household AND due IS NEW.due;
    UPDATE loyalty_accounts SET version = NEW.version, entries = NEW.seq, recorded = NEW.recorded, status = NEW.status,
        tier = NEW.tier, tier_until = NEW.tier_until, tier_stale = NEW.tier_stale, counters = NEW.counters,
        balance = NEW.balance, debt = NEW.debt, qp = NEW.account_qp, points = NEW.points,
        member = NEW.member, household = NEW.household, due = NEW.due
    WHERE tenant = NEW.tenant AND id = NEW.id AND version = NEW.version - 1;
    INSERT INTO loyalty_receipts (tenant, scope, commit_key, fingerprint, receipt, recorded)
    VALUES (NEW.tenant, NEW.scope, NEW.commit_key, NEW.fingerprint, NEW.receipt, NEW.committed);
    INSERT INTO loyalty_postings (tenant, id, seq, entry_kind, amount, qp, ref, actor, code, at, recorded, reason, entry)
    VALUES (NEW.tenant, NEW.id, NEW.seq, NEW.entry_kind, NEW.amount, NEW.qp, NEW.ref, NEW.actor, NEW.code, NEW.at, NEW.recorded, NEW.reason, NEW.entry);
    END;
