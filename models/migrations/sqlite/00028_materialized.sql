-- +goose Up
-- Day figures and outages as they were computed last, for people and programs with SQL. They
-- can be computed anew from everything else at any time. Package materialized writes them.
-- Dates are text, as the views show them, so that these find them by the keys.
CREATE TABLE materialized_stores (
    store_id   INTEGER PRIMARY KEY,
    version    INTEGER NOT NULL,             -- of the data that the rows of the store are of
    as_of      INTEGER,                      -- their instant; NULL = nobody was ever polled
    known      BLOB    NOT NULL,             -- checksums of what they were computed from
    right_from TEXT    NOT NULL              -- rows of dates before it are to be computed anew
);

CREATE TABLE materialized_days (
    from_at                   INTEGER NOT NULL,
    to_at                     INTEGER NOT NULL,
    open_us                   INTEGER NOT NULL,
    up_us                     INTEGER NOT NULL,
    down_us                   INTEGER NOT NULL,
    certain_up_us             INTEGER NOT NULL,
    certain_down_us           INTEGER NOT NULL,
    closely_seen_us           INTEGER NOT NULL,
    longest_us                INTEGER NOT NULL,
    outages                   INTEGER NOT NULL,
    store_id                  INTEGER NOT NULL,
    date                      TEXT    NOT NULL,
    excused_us                INTEGER,        -- NULL, as all below, where no correction concerns the figures
    corrected_up_us           INTEGER,
    corrected_down_us         INTEGER,
    corrected_certain_up_us   INTEGER,
    corrected_certain_down_us INTEGER,
    PRIMARY KEY (date, store_id)
) WITHOUT ROWID;
CREATE INDEX materialized_days_store ON materialized_days (store_id, date);

CREATE TABLE materialized_outages (
    from_at       INTEGER NOT NULL,
    to_at         INTEGER NOT NULL,
    first_seen_at INTEGER,
    least_us      INTEGER NOT NULL,
    most_us       INTEGER NOT NULL,
    excused_us    INTEGER NOT NULL,
    store_id      INTEGER NOT NULL,
    date          TEXT    NOT NULL,          -- local, on which it began
    ended         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    PRIMARY KEY (date, store_id, from_at)
) WITHOUT ROWID;
CREATE INDEX materialized_outages_store ON materialized_outages (store_id, from_at);

CREATE VIEW lightson_days AS
SELECT s.code AS store_id,
       d.date,
       datetime(d.from_at / 1000000, 'unixepoch') || '.' || substr(d.from_at % 1000000 + 1000000, 2) AS from_at,
       datetime(d.to_at / 1000000, 'unixepoch') || '.' || substr(d.to_at % 1000000 + 1000000, 2) AS to_at,
       d.open_us,
       d.up_us,
       d.down_us,
       d.open_us - d.up_us - d.down_us AS no_data_us,
       d.certain_down_us AS least_down_us,
       d.up_us + d.down_us - d.certain_up_us AS most_down_us,
       d.closely_seen_us,
       d.outages,
       d.longest_us,
       coalesce(d.excused_us, 0) AS excused_us,
       coalesce(d.corrected_up_us, d.up_us) AS corrected_up_us,
       coalesce(d.corrected_down_us, d.down_us) AS corrected_down_us,
       d.open_us - coalesce(d.excused_us + d.corrected_up_us + d.corrected_down_us, d.up_us + d.down_us) AS corrected_no_data_us,
       coalesce(d.corrected_certain_down_us, d.certain_down_us) AS corrected_least_down_us,
       coalesce(d.corrected_up_us + d.corrected_down_us - d.corrected_certain_up_us, d.up_us + d.down_us - d.certain_up_us) AS corrected_most_down_us,
       CASE WHEN d.date >= m.right_from THEN datetime(m.as_of / 1000000, 'unixepoch') || '.' || substr(m.as_of % 1000000 + 1000000, 2) END AS as_of,
       CASE WHEN d.date >= m.right_from THEN m.version END AS data_version
FROM materialized_days d
JOIN materialized_stores m ON m.store_id = d.store_id
JOIN stores s ON s.id = d.store_id;

CREATE VIEW lightson_outages AS
SELECT s.code AS store_id,
       o.date,
       datetime(o.from_at / 1000000, 'unixepoch') || '.' || substr(o.from_at % 1000000 + 1000000, 2) AS from_at,
       CASE WHEN o.ended <> 'ongoing' THEN datetime(o.to_at / 1000000, 'unixepoch') || '.' || substr(o.to_at % 1000000 + 1000000, 2) END AS to_at,
       datetime(o.first_seen_at / 1000000, 'unixepoch') || '.' || substr(o.first_seen_at % 1000000 + 1000000, 2) AS first_seen_at,
       o.to_at - o.from_at AS length_us,
       o.least_us,
       o.most_us,
       o.excused_us,
       o.ended,
       nullif(o.reason, '') AS reason,
       CASE WHEN o.date >= m.right_from THEN datetime(m.as_of / 1000000, 'unixepoch') || '.' || substr(m.as_of % 1000000 + 1000000, 2) END AS as_of,
       CASE WHEN o.date >= m.right_from THEN m.version END AS data_version
FROM materialized_outages o
JOIN materialized_stores m ON m.store_id = o.store_id
JOIN stores s ON s.id = o.store_id;

-- +goose Down
DROP VIEW lightson_outages;
DROP VIEW lightson_days;
DROP TABLE materialized_outages;
DROP TABLE materialized_days;
DROP TABLE materialized_stores;
