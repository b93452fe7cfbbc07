-- +goose Up
-- Reports that are made again and again.
CREATE TABLE scheduled_reports (
    id           TEXT    PRIMARY KEY,
    person_id    TEXT    NOT NULL,                       -- '' = made while there were no accounts
    name         TEXT    NOT NULL,
    every        TEXT    NOT NULL CHECK (every IN ('daily', 'weekly', 'monthly', 'cron')),
    day          INTEGER NOT NULL DEFAULT 0,             -- of the week, 0 = Monday, or of the month
    at           INTEGER NOT NULL DEFAULT 0,             -- seconds after midnight in the zone
    cron         TEXT    NOT NULL DEFAULT '',
    zone         TEXT    NOT NULL,
    group_name   TEXT    NOT NULL DEFAULT '',            -- '' = all stores within reach
    period       TEXT    NOT NULL DEFAULT '',            -- range by name, '' = none
    corrected    INTEGER NOT NULL DEFAULT 0    ,
    files        TEXT    NOT NULL DEFAULT '[]',          -- JSON: csv, details, range, xlsx
    channels     TEXT    NOT NULL DEFAULT '[]',          -- JSON: ids; [] = nobody is told
    attach       INTEGER NOT NULL DEFAULT 0    ,         -- files are in mails and not only linked
    to_folder    INTEGER NOT NULL DEFAULT 0    ,         -- files are put into a folder
    folder       TEXT    NOT NULL DEFAULT '',            -- below that of the settings
    paused       INTEGER NOT NULL DEFAULT 0    ,
    next_at      INTEGER NOT NULL,
    run_asked_at INTEGER,                                 -- by hand; NULL = it was not
    created_by   TEXT    NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL
);
CREATE INDEX scheduled_reports_person ON scheduled_reports (person_id);
CREATE INDEX scheduled_reports_next ON scheduled_reports (next_at);

-- What became of each time that one was due.
CREATE TABLE scheduled_runs (
    id             TEXT    PRIMARY KEY,                  -- also the cause of its deliveries
    scheduled_id   TEXT    NOT NULL,
    by_hand        INTEGER NOT NULL DEFAULT 0    ,
    due_at         INTEGER NOT NULL,
    asked_at       INTEGER NOT NULL,                      -- when it was made, later where the server was down
    report_id      TEXT    NOT NULL DEFAULT '',          -- '' = none was made
    why            TEXT    NOT NULL DEFAULT '',          -- of what was not done, in sentences
    told_at        INTEGER,                               -- NULL = deliveries are to be written
    filed_at       INTEGER,                               -- NULL = files are to be put into the folder
    filed          TEXT    NOT NULL DEFAULT '[]',        -- JSON: the names of the files
    file_tries     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX scheduled_runs_of ON scheduled_runs (scheduled_id, asked_at, id);
CREATE UNIQUE INDEX scheduled_runs_due ON scheduled_runs (scheduled_id, due_at) WHERE NOT by_hand;
CREATE INDEX scheduled_runs_open ON scheduled_runs (asked_at) WHERE told_at IS NULL OR filed_at IS NULL;

-- Reports that somebody is told of once they have ended.
CREATE TABLE awaited_reports (
    report_id TEXT    NOT NULL,
    person_id TEXT    NOT NULL,                          -- '' = there were no accounts
    asked_at  INTEGER NOT NULL,
    told_at   INTEGER,                                    -- NULL = not yet
    PRIMARY KEY (report_id, person_id)
);
CREATE INDEX awaited_reports_open ON awaited_reports (asked_at) WHERE told_at IS NULL;

-- +goose Down
DROP TABLE awaited_reports;
DROP TABLE scheduled_runs;
DROP TABLE scheduled_reports;
