-- +goose Up
-- What people asked to be told of.
CREATE TABLE alert_rules (
    id           TEXT    PRIMARY KEY,
    person_id    TEXT    NOT NULL,                    -- '' = made while there were no accounts
    scope        TEXT    NOT NULL CHECK (scope IN ('store', 'group', 'all')),
    name         TEXT    NOT NULL DEFAULT '',         -- of the store or the group
    kind         TEXT    NOT NULL CHECK (kind IN ('offline', 'no_data', 'import_failed', 'source_failing', 'polls_stale')),
    after        BIGINT NOT NULL DEFAULT 0,           -- how long it lasts before it is told
    tell_back    BOOLEAN NOT NULL,
    remind       BIGINT NOT NULL DEFAULT 0,           -- 0 = never
    again        BIGINT NOT NULL,                     -- the least time between two incidents of a store that are told
    quiet_from   INTEGER NOT NULL DEFAULT -1,         -- seconds of the day; -1 = none
    quiet_to     INTEGER NOT NULL DEFAULT -1,
    zone         TEXT    NOT NULL DEFAULT '',         -- of the quiet hours
    channels     TEXT    NOT NULL DEFAULT '[]',       -- JSON: ids
    enabled      BOOLEAN NOT NULL,
    active_from  BIGINT,                              -- of the data; what was found before is not told; NULL = everything is
    active_since BIGINT NOT NULL,                     -- the same by the clock
    created_by   TEXT    NOT NULL DEFAULT '',
    created_at   BIGINT NOT NULL
);
CREATE INDEX alert_rules_person ON alert_rules (person_id);

-- What rules found.
CREATE TABLE incidents (
    id              TEXT    PRIMARY KEY,
    rule_id         TEXT    NOT NULL,
    person_id       TEXT    NOT NULL,                 -- of the rule
    kind            TEXT    NOT NULL,                 -- of the rule
    store           TEXT    NOT NULL DEFAULT '',      -- code; '' = it is about none
    about           TEXT    NOT NULL DEFAULT '',      -- id of the import or the source
    words           TEXT    NOT NULL DEFAULT '',
    began           BIGINT NOT NULL,
    fired           BIGINT NOT NULL,                  -- when the rule's time was over
    last            BIGINT NOT NULL,                  -- the latest poll that told of it
    ended_at        BIGINT,                           -- NULL = it goes on
    ending          TEXT    NOT NULL DEFAULT '',
    phase           TEXT    NOT NULL,                 -- going, over, withdrawn
    spoken          TEXT    NOT NULL DEFAULT '',      -- the phase that the person was told last; '' = none
    quiet           BOOLEAN NOT NULL,
    due_at          BIGINT NOT NULL,
    told_at         BIGINT,                           -- of the data; NULL = nothing was told
    found_at        BIGINT NOT NULL,
    acknowledged_at BIGINT,                           -- NULL = nobody has said that they know
    acknowledged_by TEXT    NOT NULL DEFAULT ''
);
CREATE INDEX incidents_person ON incidents (person_id, id);
CREATE INDEX incidents_going ON incidents (person_id) WHERE phase = 'going';
CREATE INDEX incidents_ended ON incidents (ending, COALESCE(ended_at, fired)) WHERE phase <> 'going';
CREATE INDEX incidents_waiting ON incidents (person_id) WHERE phase = 'over' AND spoken = '' AND ending = 'back' AND NOT quiet;

-- What is to be told of them, and what was.
CREATE TABLE notices (
    id          TEXT    PRIMARY KEY,
    incident_id TEXT    NOT NULL,
    rule_id     TEXT    NOT NULL,
    person_id   TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    before      TEXT    NOT NULL DEFAULT '',          -- the phase that had been told until then
    as_of       BIGINT NOT NULL,                      -- of the data
    made_at     BIGINT NOT NULL,                      -- by the clock
    told_at     BIGINT,                               -- NULL = it waits
    message_id  TEXT    NOT NULL DEFAULT ''           -- '' = it waits, or is not told any more
);
CREATE INDEX notices_waiting ON notices (person_id, made_at) WHERE told_at IS NULL;
CREATE INDEX notices_incident ON notices (incident_id);
CREATE INDEX notices_message ON notices (message_id) WHERE message_id <> '';
CREATE INDEX notices_told ON notices (person_id, told_at) WHERE message_id <> '';

-- Stores of which a person is told nothing for some time.
CREATE TABLE alert_pauses (
    person_id  TEXT    NOT NULL,
    store      TEXT    NOT NULL,                      -- code
    until      INTEGER NOT NULL,                      -- local date, in days since 1970-01-01, on which things are told again
    created_at BIGINT NOT NULL,
    PRIMARY KEY (person_id, store)
);

-- How far the rules have judged. Whoever judges locks the row.
CREATE TABLE alert_judgements (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL DEFAULT 0,                -- of the data
    as_of   BIGINT NOT NULL DEFAULT 0,                -- of the data
    asked   BIGINT NOT NULL DEFAULT 0,                -- drawn anew whenever people change rules, pauses or incidents
    judged  BIGINT NOT NULL DEFAULT 0,                -- the same as it was judged
    known   TEXT    NOT NULL DEFAULT ''                -- JSON: checksums of what was known, see figures.Known
);
INSERT INTO alert_judgements (id) VALUES (1);

-- +goose Down
DROP TABLE alert_judgements;
DROP TABLE alert_pauses;
DROP TABLE notices;
DROP TABLE incidents;
DROP TABLE alert_rules;
