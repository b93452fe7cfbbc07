-- +goose Up
-- What people are told again and again: how their stores did.
CREATE TABLE digests (
    id           TEXT    PRIMARY KEY,
    person_id    TEXT    NOT NULL,                        -- '' = made while there were no accounts
    scope        TEXT    NOT NULL CHECK (scope IN ('store', 'group', 'all')),
    name         TEXT    NOT NULL DEFAULT '',
    every        TEXT    NOT NULL CHECK (every IN ('daily', 'weekly', 'monthly')),
    day          INTEGER NOT NULL DEFAULT 0,              -- weekly: 0 = Monday; monthly: 1 to 31
    at_s         INTEGER NOT NULL,                        -- seconds of the local clock
    zone         TEXT    NOT NULL,
    channels     TEXT    NOT NULL DEFAULT '[]',           -- JSON: ids
    when_nothing BOOLEAN NOT NULL DEFAULT FALSE,          -- also sent where there is nothing to report
    next_at      INTEGER NOT NULL,
    last_at      INTEGER,                                 -- NULL = never due yet
    last_text    TEXT    NOT NULL DEFAULT '',             -- what became of it, for people
    created_by   TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL
);
CREATE INDEX digests_person ON digests (person_id, created_at, id);
CREATE INDEX digests_next ON digests (next_at);

-- +goose Down
DROP TABLE digests;
