-- The schema of package loyalty/loyaltysql, version 1, for PostgreSQL. Instants
-- are microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes:
-- COLLATE "C". An account leaves room in its page, so that a posting that changes
-- nothing it is listed by touches no index.

CREATE TABLE loyalty_accounts (
    tenant     TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    entries    BIGINT NOT NULL,
    recorded   BIGINT,
    member     TEXT COLLATE "C" NOT NULL DEFAULT '',
    household  TEXT COLLATE "C" NOT NULL DEFAULT '',
    status     TEXT COLLATE "C" NOT NULL DEFAULT '',
    tier       TEXT COLLATE "C" NOT NULL DEFAULT '',
    tier_until BIGINT,
    tier_stale BIGINT NOT NULL DEFAULT 0,
    due        BIGINT,
    counters   TEXT,
    balance    BIGINT NOT NULL DEFAULT 0,
    debt       BIGINT NOT NULL DEFAULT 0,
    qp         BIGINT NOT NULL DEFAULT 0,
    points     BYTEA,
    PRIMARY KEY (tenant, id)
) WITH (fillfactor = 75);
CREATE INDEX loyalty_accounts_member ON loyalty_accounts (tenant, member, id) WHERE member <> '';
CREATE INDEX loyalty_accounts_household ON loyalty_accounts (tenant, household, id) WHERE household <> '';
CREATE INDEX loyalty_accounts_due ON loyalty_accounts (tenant, due, id) WHERE due IS NOT NULL;

CREATE TABLE loyalty_postings (
    tenant     TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL,
    qp         BIGINT NOT NULL,
    ref        TEXT COLLATE "C" NOT NULL,
    actor      TEXT COLLATE "C" NOT NULL,
    code       TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    entry      BYTEA NOT NULL,
    PRIMARY KEY (tenant, id, seq)
);
CREATE INDEX loyalty_postings_ref ON loyalty_postings (tenant, ref, id, seq) WHERE ref <> '';

CREATE TABLE loyalty_records (
    tenant   TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    member   TEXT COLLATE "C" NOT NULL DEFAULT '',
    ref      TEXT COLLATE "C" NOT NULL DEFAULT '',
    state    TEXT COLLATE "C",
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
);
CREATE INDEX loyalty_records_member ON loyalty_records (tenant, kind, member, id) WHERE member <> '';
CREATE INDEX loyalty_records_ref ON loyalty_records (tenant, kind, ref, id) WHERE ref <> '';
CREATE INDEX loyalty_records_due ON loyalty_records (tenant, kind, due, id) WHERE due IS NOT NULL;

CREATE TABLE loyalty_entries (
    tenant     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT COLLATE "C" NOT NULL,
    member     TEXT COLLATE "C" NOT NULL,
    ref        TEXT COLLATE "C" NOT NULL,
    data       TEXT,
    actor      TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
);
CREATE INDEX loyalty_entries_member ON loyalty_entries (tenant, member, kind, id, seq) WHERE member <> '';

CREATE TABLE loyalty_claims (
    tenant    TEXT COLLATE "C" NOT NULL,
    space     TEXT COLLATE "C" NOT NULL,
    claim_key TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, space, claim_key)
);

CREATE TABLE loyalty_receipts (
    tenant      TEXT COLLATE "C" NOT NULL,
    scope       TEXT COLLATE "C" NOT NULL,
    commit_key  TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    receipt     BYTEA,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
);

CREATE TABLE loyalty_outbox (
    tenant     TEXT COLLATE "C" NOT NULL,
    event      BIGINT GENERATED ALWAYS AS IDENTITY,
    kind       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    event_kind TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    data       TEXT,
    PRIMARY KEY (tenant, event)
);
