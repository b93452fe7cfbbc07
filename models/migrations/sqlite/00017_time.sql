-- +goose Up
-- Hours of before hold for all time: from 0001-01-01 on, which no store has lived to see.
ALTER TABLE hours RENAME TO hours_for_ever;
CREATE TABLE hours (
    store_id   INTEGER NOT NULL,
    valid_from INTEGER NOT NULL DEFAULT -719162,     -- local date from which on they hold, in days since 1970-01-01
    day        INTEGER NOT NULL,                     -- 0 = Monday
    start_s    INTEGER NOT NULL,                     -- seconds since local midnight, as typed
    end_s      INTEGER NOT NULL,
    PRIMARY KEY (store_id, valid_from, day, start_s, end_s)
) WITHOUT ROWID;
INSERT INTO hours (store_id, day, start_s, end_s) SELECT store_id, day, start_s, end_s FROM hours_for_ever ORDER BY 1, 2, 3, 4;
DROP TABLE hours_for_ever;

-- Times of single dates, instead of the weekly hours.
CREATE TABLE special_days (
    scope      TEXT    NOT NULL CHECK (scope IN ('store', 'group', 'all')),
    name       TEXT    NOT NULL CHECK ((name = '') = (scope = 'all')),        -- the store's id or the group's name
    date       INTEGER NOT NULL,                     -- local date, in days since 1970-01-01
    start_s    INTEGER NOT NULL,                     -- as in hours; 86400 to 86400 = closed all day
    end_s      INTEGER NOT NULL,
    note       TEXT    NOT NULL DEFAULT '',
    entered_by TEXT    NOT NULL DEFAULT '',
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (scope, name, date, start_s, end_s)
) WITHOUT ROWID;

-- Spans of time that are neither up nor down. They are withdrawn, never deleted.
CREATE TABLE corrections (
    id           TEXT    PRIMARY KEY,
    scope        TEXT    NOT NULL CHECK (scope IN ('store', 'group', 'all')),
    name         TEXT    NOT NULL CHECK ((name = '') = (scope = 'all')),
    from_at      INTEGER NOT NULL,
    to_at        INTEGER NOT NULL CHECK (to_at > from_at),
    category     TEXT    NOT NULL,
    note         TEXT    NOT NULL DEFAULT '',
    entered_by   TEXT    NOT NULL DEFAULT '',
    entered_at   INTEGER NOT NULL,
    withdrawn_by TEXT    NOT NULL DEFAULT '',
    withdrawn_at INTEGER                             -- NULL = it holds
);

CREATE TABLE targets (
    scope      TEXT    NOT NULL CHECK (scope IN ('store', 'group', 'all')),
    name       TEXT    NOT NULL CHECK ((name = '') = (scope = 'all')),
    percent    INTEGER NOT NULL CHECK (percent BETWEEN 1 AND 10000),          -- hundredths of a percent
    entered_by TEXT    NOT NULL DEFAULT '',
    entered_at INTEGER NOT NULL,
    PRIMARY KEY (scope, name)
);

-- What pollers said of why stores were inactive; its polls are in poll_days.
CREATE TABLE poll_reasons (
    day      INTEGER NOT NULL,                       -- days since 1970-01-01 UTC
    store_id INTEGER NOT NULL,
    reasons  BLOB    NOT NULL,
    PRIMARY KEY (day, store_id)
) WITHOUT ROWID;

ALTER TABLE data_versions RENAME COLUMN sales TO entered;  -- changes when a sales rate or a target is entered

ALTER TABLE reports ADD COLUMN corrected  INTEGER NOT NULL DEFAULT 0    ;     -- its CSV has corrected figures
ALTER TABLE reports ADD COLUMN poll_every INTEGER NOT NULL DEFAULT 3600000000;  -- the interval of polls that closely seen is of

ALTER TABLE imports ADD COLUMN hours_from TEXT NOT NULL DEFAULT '';   -- hours without a date: '' = by the rule, always, or a date
ALTER TABLE imports ADD COLUMN match_ids  INTEGER NOT NULL DEFAULT 0    ;     -- damaged ids stand for the stores that they match

-- +goose Down
ALTER TABLE imports DROP COLUMN match_ids;
ALTER TABLE imports DROP COLUMN hours_from;
ALTER TABLE reports DROP COLUMN poll_every;
ALTER TABLE reports DROP COLUMN corrected;
ALTER TABLE data_versions RENAME COLUMN entered TO sales;
DROP TABLE poll_reasons;
DROP TABLE targets;
DROP TABLE corrections;
DROP TABLE special_days;
-- Of each store the latest hours stay.
DELETE FROM hours WHERE EXISTS (SELECT 1 FROM hours later WHERE later.store_id = hours.store_id AND later.valid_from > hours.valid_from);
ALTER TABLE hours RENAME TO hours_with_dates;
CREATE TABLE hours (
    store_id INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    start_s  INTEGER NOT NULL,
    end_s    INTEGER NOT NULL,
    PRIMARY KEY (store_id, day, start_s, end_s)
) WITHOUT ROWID;
INSERT INTO hours (store_id, day, start_s, end_s) SELECT store_id, day, start_s, end_s FROM hours_with_dates;
DROP TABLE hours_with_dates;
