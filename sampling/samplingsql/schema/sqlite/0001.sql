-- The schema of package sampling/samplingsql, version 1, for SQLite. Instants are
-- microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes.

CREATE TABLE sampling_records (
    tenant   TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    id       TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    cycle    TEXT   NOT NULL DEFAULT '',
    state    TEXT,
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
) WITHOUT ROWID;
CREATE INDEX sampling_records_cycle ON sampling_records (tenant, kind, cycle, id) WHERE cycle <> '';
CREATE INDEX sampling_records_due ON sampling_records (tenant, kind, id, due) WHERE due IS NOT NULL;

CREATE TABLE sampling_entries (
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    data       TEXT,
    actor      TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
) WITHOUT ROWID;
CREATE INDEX sampling_entries_person ON sampling_entries (tenant, person, kind, id, seq) WHERE person <> '';

CREATE TABLE sampling_receipts (
    tenant      TEXT NOT NULL,
    scope       TEXT NOT NULL,
    commit_key  TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    receipt     BLOB,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
) WITHOUT ROWID;

CREATE TABLE sampling_outbox (
    event      INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    id         TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    event_kind TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    data       TEXT
);
CREATE INDEX sampling_outbox_tenant ON sampling_outbox (tenant, event);
