-- +goose Up
-- Where people are told things.
CREATE TABLE channels (
    id              TEXT    PRIMARY KEY,
    person_id       TEXT    NOT NULL,                    -- '' = made while there were no accounts
    kind            TEXT    NOT NULL CHECK (kind IN ('email', 'webhook', 'slack', 'teams', 'discord')),
    name            TEXT    NOT NULL,
    address         TEXT    NOT NULL,                    -- of mail, or a URL; a URL may be a secret itself
    secret          TEXT    NOT NULL DEFAULT '',         -- that signs webhooks
    token           TEXT    NOT NULL UNIQUE,             -- in its messages: to unsubscribe, or to confirm it
    confirmed_at    INTEGER,                             -- NULL = nothing but the confirmation is sent
    disabled_at     INTEGER,                             -- NULL = it is used
    disabled_why    TEXT    NOT NULL DEFAULT '',
    failing_at      INTEGER,                             -- NULL = the last message was taken, or there was none
    created_by      TEXT    NOT NULL DEFAULT '',
    created_at      INTEGER NOT NULL
);
CREATE UNIQUE INDEX channels_address ON channels (person_id, kind, address);

-- What is told: one message to one channel. Work as reports and imports are.
CREATE TABLE deliveries (
    id          TEXT    PRIMARY KEY,                     -- also the id that receivers know it by, the same in every try
    source      TEXT    NOT NULL DEFAULT '',
    state       TEXT    NOT NULL,
    error       TEXT    NOT NULL DEFAULT '',
    attempt     INTEGER NOT NULL DEFAULT 0,
    deaths      INTEGER NOT NULL DEFAULT 0,
    lease_until INTEGER NOT NULL DEFAULT 0,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER NOT NULL DEFAULT 0,
    finished_at INTEGER NOT NULL DEFAULT 0,
    done        INTEGER NOT NULL DEFAULT 0,
    total       INTEGER NOT NULL DEFAULT 0,
    channel_id  TEXT    NOT NULL,
    channel_name TEXT NOT NULL   DEFAULT '',             -- as it was then: the channel may be gone
    person_id   TEXT    NOT NULL,                        -- of the channel
    kind        TEXT    NOT NULL,                        -- alert, digest, report, ready, test, confirmation
    cause       TEXT    NOT NULL DEFAULT '',             -- what it is about; one delivery per channel and cause; '' = any number
    message     TEXT    NOT NULL,                        -- JSON: in words
    payload     TEXT    NOT NULL DEFAULT '',             -- JSON: for programs; '' = the message
    reach       TEXT    NOT NULL DEFAULT '',             -- what the person saw when it was written; not sent once they see less
    token       TEXT    NOT NULL UNIQUE,                 -- in its links
    due_at      INTEGER NOT NULL,                        -- of the next try
    began_at    INTEGER NOT NULL,                        -- of the time in which it is tried
    tried       INTEGER NOT NULL DEFAULT 0,              -- failed tries in that time
    tries       TEXT    NOT NULL DEFAULT '[]'            -- JSON: when, and what was answered
);
CREATE INDEX deliveries_state ON deliveries (state);
CREATE INDEX deliveries_person ON deliveries (person_id, created_at, id);
CREATE INDEX deliveries_channel ON deliveries (channel_id, created_at, id);
CREATE INDEX deliveries_waiting ON deliveries (channel_id, created_at, id) WHERE state IN ('queued', 'running');
CREATE UNIQUE INDEX deliveries_cause ON deliveries (channel_id, cause) WHERE cause <> '';

-- +goose Down
DROP TABLE deliveries;
DROP TABLE channels;
