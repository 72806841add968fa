-- The schema of package sampling/samplingsql, version 1, for PostgreSQL. Instants
-- are microseconds since 1970 in UTC, NULL for none. Texts are compared as bytes:
-- COLLATE "C".

CREATE TABLE sampling_records (
    tenant   TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    version  BIGINT NOT NULL,
    entries  BIGINT NOT NULL,
    recorded BIGINT,
    cycle    TEXT COLLATE "C" NOT NULL DEFAULT '',
    state    TEXT COLLATE "C",
    due      BIGINT,
    body     TEXT,
    PRIMARY KEY (tenant, kind, id)
);
CREATE INDEX sampling_records_cycle ON sampling_records (tenant, kind, cycle, id) WHERE cycle <> '';
CREATE INDEX sampling_records_due ON sampling_records (tenant, kind, due, id) WHERE due IS NOT NULL;

CREATE TABLE sampling_entries (
    tenant     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    seq        BIGINT NOT NULL,
    entry_kind TEXT COLLATE "C" NOT NULL,
    person     TEXT COLLATE "C" NOT NULL,
    data       TEXT,
    actor      TEXT COLLATE "C" NOT NULL,
    at         BIGINT NOT NULL,
    recorded   BIGINT NOT NULL,
    reason     TEXT,
    PRIMARY KEY (tenant, kind, id, seq)
);
CREATE INDEX sampling_entries_person ON sampling_entries (tenant, person, kind, id, seq) WHERE person <> '';

CREATE TABLE sampling_receipts (
    tenant      TEXT COLLATE "C" NOT NULL,
    scope       TEXT COLLATE "C" NOT NULL,
    commit_key  TEXT COLLATE "C" NOT NULL,
    fingerprint BYTEA NOT NULL,
    receipt     BYTEA,
    recorded    BIGINT,
    PRIMARY KEY (tenant, scope, commit_key)
);

CREATE TABLE sampling_outbox (
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
