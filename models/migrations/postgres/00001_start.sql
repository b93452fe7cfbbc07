-- +goose Up
CREATE TABLE stores (
    id            INTEGER PRIMARY KEY,
    code          TEXT    NOT NULL UNIQUE,           -- the id that the feeds use
    zone          TEXT    NOT NULL DEFAULT '',       -- '' = not given
    first_poll_at BIGINT  NOT NULL DEFAULT 0         -- 0 = never polled
);

CREATE TABLE hours (
    store_id INTEGER NOT NULL,
    day      INTEGER NOT NULL,                       -- 0 = Monday
    start_s  INTEGER NOT NULL,                       -- seconds since local midnight, as typed
    end_s    INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, start_s, end_s)
);

-- fillfactor leaves room on each page, so that the hourly merge of a day that
-- is still growing rewrites its rows in place.
CREATE TABLE poll_days (
    day      INTEGER NOT NULL,                       -- days since 1970-01-01 UTC
    store_id INTEGER NOT NULL,
    polls    BYTEA   NOT NULL,
    PRIMARY KEY (day, store_id)
) WITH (fillfactor = 80);
-- Packed polls are already dense: compressing them costs time and saves nothing.
ALTER TABLE poll_days ALTER COLUMN polls SET STORAGE EXTERNAL;

-- The polls as rows, for people with psql: byte 0 of a packed day is the
-- version; then five bytes a poll, (microsecond of the day * 2 + inactive).
CREATE VIEW polls AS
SELECT s.code AS store_id,
       timestamptz 'epoch' + d.day * interval '1 day'
           + ((w.word >> 1) * interval '1 microsecond') AS observed_at,
       (w.word & 1) = 0 AS active
FROM poll_days d
JOIN stores s ON s.id = d.store_id
CROSS JOIN LATERAL generate_series(0, (length(d.polls) - 1) / 5 - 1) AS n
CROSS JOIN LATERAL (
    SELECT (get_byte(d.polls, 1 + n * 5)::bigint << 32)
         | (get_byte(d.polls, 2 + n * 5)::bigint << 24)
         | (get_byte(d.polls, 3 + n * 5)::bigint << 16)
         | (get_byte(d.polls, 4 + n * 5)::bigint << 8)
         |  get_byte(d.polls, 5 + n * 5)::bigint AS word
) AS w;

CREATE TABLE data_versions (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    version        BIGINT  NOT NULL,                 -- grows with every import that changed something
    newest_poll_at BIGINT  NOT NULL                  -- 0 = no polls
);
INSERT INTO data_versions (id, version, newest_poll_at) VALUES (1, 0, 0);

CREATE TABLE imports (
    id          TEXT    PRIMARY KEY,
    source      TEXT    NOT NULL,
    state       TEXT    NOT NULL,
    error       TEXT    NOT NULL DEFAULT '',
    attempt     INTEGER NOT NULL DEFAULT 0,
    lease_until BIGINT  NOT NULL DEFAULT 0,
    created_at  BIGINT  NOT NULL,
    started_at  BIGINT  NOT NULL DEFAULT 0,
    finished_at BIGINT  NOT NULL DEFAULT 0,
    done        BIGINT  NOT NULL DEFAULT 0,          -- bytes read
    total       BIGINT  NOT NULL DEFAULT 0,
    merged      BOOLEAN NOT NULL DEFAULT FALSE,      -- its rows are in the data
    rows        BIGINT  NOT NULL DEFAULT 0,
    kept        BIGINT  NOT NULL DEFAULT 0,
    duplicate   BIGINT  NOT NULL DEFAULT 0,
    conflicting BIGINT  NOT NULL DEFAULT 0,
    rejected    BIGINT  NOT NULL DEFAULT 0,
    new_stores  INTEGER NOT NULL DEFAULT 0,
    conflicts   TEXT    NOT NULL DEFAULT '[]'
);
CREATE INDEX imports_created_at ON imports (created_at);
CREATE INDEX imports_unfinished ON imports (state) WHERE state IN ('queued', 'running');

CREATE TABLE import_files (
    import_id TEXT    NOT NULL REFERENCES imports (id),
    number    INTEGER NOT NULL,
    name      TEXT    NOT NULL,
    size      BIGINT  NOT NULL,
    modified_at BIGINT  NOT NULL DEFAULT 0,         -- of a file of the inbox, as it was found there
    kind      TEXT    NOT NULL DEFAULT '',
    rows      BIGINT  NOT NULL DEFAULT 0,
    rejected  BIGINT  NOT NULL DEFAULT 0,
    columns   TEXT    NOT NULL DEFAULT '[]',
    ignored   TEXT    NOT NULL DEFAULT '[]',
    causes    TEXT    NOT NULL DEFAULT '[]',
    PRIMARY KEY (import_id, number)
);

CREATE TABLE import_rejects (
    import_id TEXT    NOT NULL REFERENCES imports (id),
    file      INTEGER NOT NULL,
    part      INTEGER NOT NULL,
    rows      BYTEA   NOT NULL,                      -- CSV text, ready for download
    PRIMARY KEY (import_id, file, part)
);

CREATE TABLE reports (
    id              TEXT    PRIMARY KEY,
    idempotency_key TEXT    UNIQUE,
    source          TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    error           TEXT    NOT NULL DEFAULT '',
    attempt         INTEGER NOT NULL DEFAULT 0,
    lease_until     BIGINT  NOT NULL DEFAULT 0,
    created_at      BIGINT  NOT NULL,
    started_at      BIGINT  NOT NULL DEFAULT 0,
    finished_at     BIGINT  NOT NULL DEFAULT 0,
    done            BIGINT  NOT NULL DEFAULT 0,      -- stores measured
    total           BIGINT  NOT NULL DEFAULT 0,
    asked_as_of     BIGINT  NOT NULL DEFAULT 0,      -- 0 = the newest poll
    as_of           BIGINT  NOT NULL DEFAULT 0,
    data_version    BIGINT  NOT NULL DEFAULT 0,
    stores          INTEGER NOT NULL DEFAULT 0,
    polls           BIGINT  NOT NULL DEFAULT 0,
    no_data         INTEGER NOT NULL DEFAULT 0,
    csv_bytes       BIGINT  NOT NULL DEFAULT 0,
    details_bytes   BIGINT  NOT NULL DEFAULT 0
);
CREATE INDEX reports_created_at ON reports (created_at);
CREATE INDEX reports_unfinished ON reports (state) WHERE state IN ('queued', 'running');

CREATE TABLE report_parts (
    report_id TEXT    NOT NULL REFERENCES reports (id),
    part      INTEGER NOT NULL,
    rows      BYTEA   NOT NULL,
    PRIMARY KEY (report_id, part)
);

-- +goose Down
DROP TABLE report_parts;
DROP TABLE reports;
DROP TABLE import_rejects;
DROP TABLE import_files;
DROP TABLE imports;
DROP TABLE data_versions;
DROP VIEW polls;
DROP TABLE poll_days;
DROP TABLE hours;
DROP TABLE stores;
