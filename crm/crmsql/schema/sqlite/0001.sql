-- The schema of package crm/crmsql, version 1, for SQLite. Instants are
-- microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes.

CREATE TABLE crm_subjects (
    tenant   TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    id       TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;

CREATE TABLE crm_customers (
    tenant       TEXT NOT NULL,
    id           TEXT NOT NULL,
    profile      TEXT,
    standing     TEXT,
    parent       TEXT NOT NULL DEFAULT '',
    owner        TEXT NOT NULL DEFAULT '',
    path         TEXT NOT NULL DEFAULT '',
    pool         TEXT NOT NULL DEFAULT '',
    relationship TEXT NOT NULL DEFAULT '',
    ladder       TEXT NOT NULL DEFAULT '',
    category     TEXT NOT NULL DEFAULT '',
    next_due     BIGINT,
    PRIMARY KEY (tenant, id)
) WITHOUT ROWID;
CREATE INDEX crm_customers_owner ON crm_customers (tenant, owner, id);
CREATE INDEX crm_customers_pool ON crm_customers (tenant, pool, id) WHERE pool <> '';
CREATE INDEX crm_customers_parent ON crm_customers (tenant, parent, id) WHERE parent <> '';

CREATE TABLE crm_groups (
    tenant         TEXT NOT NULL,
    id             TEXT NOT NULL,
    customer_group TEXT NOT NULL,
    PRIMARY KEY (tenant, id, customer_group)
) WITHOUT ROWID;
CREATE INDEX crm_groups_members ON crm_groups (tenant, customer_group, id);

CREATE TABLE crm_records (
    tenant   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    customer TEXT NOT NULL,
    ref      TEXT NOT NULL,
    owner    TEXT NOT NULL,
    path     TEXT NOT NULL,
    state    TEXT NOT NULL,
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;
CREATE INDEX crm_records_customer ON crm_records (tenant, kind, customer, id) WHERE customer <> '';
CREATE INDEX crm_records_ref ON crm_records (tenant, kind, ref, id) WHERE ref <> '';
CREATE INDEX crm_records_owner ON crm_records (tenant, kind, owner, id) WHERE owner <> '';
CREATE INDEX crm_records_state ON crm_records (tenant, kind, state, id) WHERE state <> '';

CREATE TABLE crm_entries (
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    journal    TEXT   NOT NULL,
    entry_kind TEXT   NOT NULL,
    from_code  TEXT   NOT NULL,
    to_code    TEXT   NOT NULL,
    contact    TEXT   NOT NULL,
    ref        TEXT   NOT NULL,
    amount     BIGINT NOT NULL,
    currency   TEXT   NOT NULL,
    data       TEXT,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    text       TEXT,
    private    TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
) WITHOUT ROWID;
CREATE INDEX crm_entries_contact ON crm_entries (tenant, contact, kind, id, seq) WHERE contact <> '';

CREATE TABLE crm_claims (
    tenant    TEXT NOT NULL,
    space     TEXT NOT NULL,
    claim_key TEXT NOT NULL,
    kind      TEXT NOT NULL,
    id        TEXT NOT NULL,
    PRIMARY KEY (tenant, space, claim_key)
) WITHOUT ROWID;

CREATE TABLE crm_receipts (
    tenant      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    commit_key  TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    receipt     BLOB,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
) WITHOUT ROWID;

CREATE TABLE crm_outbox (
    event      INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    event_kind TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    data       TEXT
);
CREATE INDEX crm_outbox_tenant ON crm_outbox (tenant, event);
