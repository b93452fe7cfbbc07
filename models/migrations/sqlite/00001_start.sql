-- +goose Up
CREATE TABLE stores (
    id            INTEGER PRIMARY KEY,
    code          TEXT    NOT NULL UNIQUE,           -- the id that the feeds use
    zone          TEXT    NOT NULL DEFAULT '',       -- '' = not given
    first_poll_at INTEGER NOT NULL DEFAULT 0         -- 0 = never polled
);

CREATE TABLE hours (
    store_id INTEGER NOT NULL,
    day      INTEGER NOT NULL,                       -- 0 = Monday
    start_s  INTEGER NOT NULL,                       -- seconds since local midnight, as typed
    end_s    INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, start_s, end_s)
) WITHOUT ROWID;

CREATE TABLE poll_days (
    day      INTEGER NOT NULL,                       -- days since 1970-01-01 UTC
    store_id INTEGER NOT NULL,
    polls    BLOB    NOT NULL,
    PRIMARY KEY (day, store_id)
) WITHOUT ROWID;

CREATE TABLE data_versions (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    version        INTEGER NOT NULL,                 -- grows with every import that changed something
    newest_poll_at INTEGER NOT NULL                  -- 0 = no polls
);
INSERT INTO data_versions (id, version, newest_poll_at) VALUES (1, 0, 0);

CREATE TABLE imports (
    id          TEXT    PRIMARY KEY,
    source      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    error       TEXT    NOT NULL DEFAULT '',
    attempt     INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0,          -- bytes read
    total       INTEGER NOT NULL DEFAULT 0,
    merged      INTEGER NOT NULL DEFAULT 0,          -- its rows are in the data
    rows        INTEGER NOT NULL DEFAULT 0,
    kept        INTEGER NOT NULL DEFAULT 0,
    duplicate   INTEGER NOT NULL DEFAULT 0,
    conflicting INTEGER NOT NULL DEFAULT 0,
    rejected    INTEGER NOT NULL DEFAULT 0,
    new_stores  INTEGER NOT NULL DEFAULT 0,
    conflicts   TEXT    NOT NULL DEFAULT '[]'
);
CREATE INDEX imports_created_at ON imports (created_at);
CREATE INDEX imports_unfinished ON imports (state) WHERE state IN ('queued', 'running');

CREATE TABLE import_files (
    import_id TEXT    NOT NULL REFERENCES imports (id),
    number    INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    size      INTEGER NOT NULL,
    modified_at INTEGER NOT NULL DEFAULT 0,         -- of a file of the inbox, as it was found there
    kind      TEXT    NOT NULL DEFAULT '',
    rows      INTEGER NOT NULL DEFAULT 0,
    rejected  INTEGER NOT NULL DEFAULT 0,
    columns   TEXT    NOT NULL DEFAULT '[]',
    ignored   TEXT    NOT NULL DEFAULT '[]',
    causes    TEXT    NOT NULL DEFAULT '[]',
    PRIMARY KEY (import_id, number)
) WITHOUT ROWID;

CREATE TABLE import_rejects (
    import_id TEXT    NOT NULL REFERENCES imports (id),
    file      INTEGER NOT NULL,
    part      INTEGER NOT NULL,
    rows      BLOB    NOT NULL,                      -- CSV text, ready for download
    PRIMARY KEY (import_id, file, part)
) WITHOUT ROWID;

CREATE TABLE reports (
    id              TEXT    PRIMARY KEY,
    idempotency_key TEXT    UNIQUE,
    source          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    error           TEXT    NOT NULL DEFAULT '',
    attempt         INTEGER NOT NULL DEFAULT 0,
    lease_until     INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    started_at      INTEGER NOT NULL DEFAULT 0,
    finished_at     INTEGER NOT NULL DEFAULT 0,
    done            INTEGER NOT NULL DEFAULT 0,      -- stores measured
    total           INTEGER NOT NULL DEFAULT 0,
    asked_as_of     INTEGER NOT NULL DEFAULT 0,      -- 0 = the newest poll
    as_of           INTEGER NOT NULL DEFAULT 0,
    data_version    INTEGER NOT NULL DEFAULT 0,
    stores          INTEGER NOT NULL DEFAULT 0,
    polls           INTEGER NOT NULL DEFAULT 0,
    no_data         INTEGER NOT NULL DEFAULT 0,
    csv_bytes       INTEGER NOT NULL DEFAULT 0,
    details_bytes   INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX reports_created_at ON reports (created_at);
CREATE INDEX reports_unfinished ON reports (state) WHERE state IN ('queued', 'running');

CREATE TABLE report_parts (
    report_id TEXT    NOT NULL REFERENCES reports (id),
    part      INTEGER NOT NULL,
    rows      BLOB    NOT NULL,
    PRIMARY KEY (report_id, part)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE report_parts;
DROP TABLE reports;
DROP TABLE import_rejects;
DROP TABLE import_files;
DROP TABLE imports;
DROP TABLE data_versions;
DROP TABLE poll_days;
DROP TABLE hours;
DROP TABLE stores;
