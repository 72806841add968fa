-- The schema of package crm/crmsql, version 1, for PostgreSQL. Instants are
-- microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes:
-- COLLATE "C".

CREATE TABLE crm_subjects (
    tenant   TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    PRIMARY KEY (tenant, kind, id)
);

CREATE TABLE crm_customers (
    tenant       TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL,
    profile      TEXT,
    standing     TEXT,
    parent       TEXT COLLATE "C" NOT NULL DEFAULT '',
    owner        TEXT COLLATE "C" NOT NULL DEFAULT '',
    path         TEXT COLLATE "C" NOT NULL DEFAULT '',
    pool         TEXT COLLATE "C" NOT NULL DEFAULT '',
    relationship TEXT COLLATE "C" NOT NULL DEFAULT '',
    ladder       TEXT COLLATE "C" NOT NULL DEFAULT '',
    category     TEXT COLLATE "C" NOT NULL DEFAULT '',
    next_due     BIGINT,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX crm_customers_owner ON crm_customers (tenant, owner, id);
CREATE INDEX crm_customers_pool ON crm_customers (tenant, pool, id) WHERE pool <> '';
CREATE INDEX crm_customers_parent ON crm_customers (tenant, parent, id) WHERE parent <> '';
CREATE INDEX crm_customers_path ON crm_customers (tenant, path, id);
CREATE INDEX crm_customers_due ON crm_customers (tenant, next_due, id) WHERE next_due IS NOT NULL;

CREATE TABLE crm_groups (
    tenant         TEXT COLLATE "C" NOT NULL,
    id             TEXT COLLATE "C" NOT NULL,
    customer_group TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, id, customer_group)
);
CREATE INDEX crm_groups_members ON crm_groups (tenant, customer_group, id);

CREATE TABLE crm_records (
    tenant   TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    customer TEXT COLLATE "C" NOT NULL,
    ref      TEXT COLLATE "C" NOT NULL,
    owner    TEXT COLLATE "C" NOT NULL,
    path     TEXT COLLATE "C" NOT NULL,
    state    TEXT COLLATE "C" NOT NULL,
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
);
CREATE INDEX crm_records_customer ON crm_records (tenant, kind, customer, id) WHERE customer <> '';
CREATE INDEX crm_records_ref ON crm_records (tenant, kind, ref, id) WHERE ref <> '';
CREATE INDEX crm_records_owner ON crm_records (tenant, kind, owner, id) WHERE owner <> '';
CREATE INDEX crm_records_state ON crm_records (tenant, kind, state, id) WHERE state <> '';

CREATE TABLE crm_entries (
    tenant     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    journal    TEXT COLLATE "C" NOT NULL,
    entry_kind TEXT COLLATE "C" NOT NULL,
    from_code  TEXT COLLATE "C" NOT NULL,
    to_code    TEXT COLLATE "C" NOT NULL,
    contact    TEXT COLLATE "C" NOT NULL,
    ref        TEXT COLLATE "C" NOT NULL,
    amount     BIGINT NOT NULL,
    currency   TEXT COLLATE "C" NOT NULL,
    data       TEXT,
    actor      TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    text       TEXT,
    private    TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
);
CREATE INDEX crm_entries_contact ON crm_entries (tenant, contact, kind, id, seq) WHERE contact <> '';

CREATE TABLE crm_claims (
    tenant    TEXT COLLATE "C" NOT NULL,
    space     TEXT COLLATE "C" NOT NULL,
    claim_key TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, space, claim_key)
);

CREATE TABLE crm_receipts (
    tenant      TEXT COLLATE "C" NOT NULL,
    scope       TEXT COLLATE "C" NOT NULL,
    commit_key  TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    receipt     BYTEA,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
);

CREATE TABLE crm_outbox (
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
