-- +goose Up
CREATE TABLE sources (
    id            TEXT    PRIMARY KEY,               -- made from the whole URL, which may hold a password
    number        INTEGER NOT NULL,                  -- its place in the settings, from 1
    url           TEXT    NOT NULL,                  -- fit to be shown
    state         TEXT    NOT NULL,
    outcome       TEXT    NOT NULL,                  -- of the last check, as a sentence
    etag          TEXT    NOT NULL DEFAULT '',
    last_modified TEXT    NOT NULL DEFAULT '',
    digest        TEXT    NOT NULL DEFAULT '',       -- SHA-256 of what was taken in last
    bytes         BIGINT  NOT NULL DEFAULT 0,         -- of it
    import_id     TEXT    NOT NULL DEFAULT '',
    checked_at    BIGINT  NOT NULL DEFAULT 0,         -- 0 = never
    changed_at    BIGINT  NOT NULL DEFAULT 0,         -- when something new was found last
    next_at       BIGINT  NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0         -- in a row
);

-- +goose Down
DROP TABLE sources;
