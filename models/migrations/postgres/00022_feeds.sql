-- +goose Up
-- Secret addresses at which feed readers and calendar programs read without signing in.
CREATE TABLE feeds (
    id            TEXT    PRIMARY KEY,
    person_id     TEXT    NOT NULL,                      -- '' = made while there were no accounts
    hash          TEXT    NOT NULL UNIQUE,               -- of the token
    name          TEXT    NOT NULL,
    subject_scope TEXT    NOT NULL CHECK (subject_scope IN ('store', 'group', 'all')),
    subject_name  TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    last_used_at  BIGINT,                                -- NULL = never
    revoked_at    BIGINT                                 -- NULL = it works
);
CREATE INDEX feeds_person ON feeds (person_id, created_at, id);

-- +goose Down
DROP TABLE feeds;
