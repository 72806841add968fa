-- What guanxi keeps beside the host's tables. The host writes guanxi_customers
-- alone; whoever edits any other of these breaks the versions.

-- Which user is which customer. A text id that the host gives, so that an id
-- outlives the person; INSERT INTO guanxi_customers SELECT CAST(id AS TEXT), id
-- FROM users will do.
CREATE TABLE IF NOT EXISTS guanxi_customers (
    id      TEXT PRIMARY KEY,
    user_id INTEGER NOT NULL UNIQUE
) WITHOUT ROWID;

-- The trigger gives users who come later their number for an id.
CREATE TRIGGER IF NOT EXISTS guanxi_new_user AFTER INSERT ON users BEGIN
    INSERT INTO guanxi_customers (id, user_id) VALUES (CAST(NEW.id AS TEXT), NEW.id)
    ON CONFLICT DO NOTHING;
END;

CREATE TABLE IF NOT EXISTS guanxi_heads (
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    entries  INTEGER NOT NULL,
    recorded INTEGER NOT NULL, -- of the last entry, in microseconds since 1970
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS guanxi_standings (
    id    TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    body  TEXT NOT NULL        -- JSON of crm.Standing
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS guanxi_standings_owner ON guanxi_standings (owner, id);

CREATE TABLE IF NOT EXISTS guanxi_records (
    kind     TEXT NOT NULL,
    id       TEXT NOT NULL,
    customer TEXT NOT NULL,
    owner    TEXT NOT NULL,
    body     TEXT NOT NULL,    -- JSON of crm.Record without its head
    PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS guanxi_records_customer ON guanxi_records (kind, customer, id);
CREATE INDEX IF NOT EXISTS guanxi_records_owner ON guanxi_records (kind, owner, id);

CREATE TABLE IF NOT EXISTS guanxi_entries (
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    journal TEXT NOT NULL,
    contact TEXT NOT NULL,
    codes   TEXT NOT NULL,     -- JSON of crm.Entry without what may be personal
    reason  TEXT NOT NULL,
    said    TEXT NOT NULL,     -- crm.Entry.Text
    private TEXT NOT NULL,     -- JSON, or empty
    PRIMARY KEY (kind, id, seq)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS guanxi_entries_journal ON guanxi_entries (journal, kind, id, seq);
CREATE INDEX IF NOT EXISTS guanxi_entries_contact ON guanxi_entries (contact, kind, id, seq) WHERE contact <> '';

CREATE TABLE IF NOT EXISTS guanxi_claims (
    space TEXT NOT NULL,
    key   TEXT NOT NULL,
    kind  TEXT NOT NULL,
    id    TEXT NOT NULL,
    PRIMARY KEY (space, key)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS guanxi_receipts (
    scope       TEXT NOT NULL,
    key         TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    data        BLOB,
    recorded    INTEGER,       -- in microseconds since 1970; NULL for none
    PRIMARY KEY (scope, key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS guanxi_receipts_recorded ON guanxi_receipts (recorded);

CREATE TABLE IF NOT EXISTS guanxi_events (
    id   INTEGER PRIMARY KEY AUTOINCREMENT, -- no number is given twice
    body TEXT NOT NULL                      -- JSON of crm.Event without its id
);
