-- +goose Up
-- Day figures and outages as they were computed last, for people and programs with SQL. They
-- can be computed anew from everything else at any time. Package materialized writes them.
CREATE TABLE materialized_stores (
    store_id   INTEGER PRIMARY KEY,
    version    BIGINT  NOT NULL,             -- of the data that the rows of the store are of
    as_of      BIGINT,                       -- their instant; NULL = nobody was ever polled
    known      BYTEA   NOT NULL,             -- checksums of what they were computed from
    right_from DATE    NOT NULL              -- rows of dates before it are to be computed anew
);

CREATE TABLE materialized_days (
    from_at                   BIGINT  NOT NULL,
    to_at                     BIGINT  NOT NULL,
    open_us                   BIGINT  NOT NULL,
    up_us                     BIGINT  NOT NULL,
    down_us                   BIGINT  NOT NULL,
    certain_up_us             BIGINT  NOT NULL,
    certain_down_us           BIGINT  NOT NULL,
    closely_seen_us           BIGINT  NOT NULL,
    longest_us                BIGINT  NOT NULL,
    outages                   INTEGER NOT NULL,
    store_id                  INTEGER NOT NULL,
    date                      DATE    NOT NULL,
    excused_us                BIGINT,        -- NULL, as all below, where no correction concerns the figures
    corrected_up_us           BIGINT,
    corrected_down_us         BIGINT,
    corrected_certain_up_us   BIGINT,
    corrected_certain_down_us BIGINT,
    PRIMARY KEY (date, store_id)
);
CREATE INDEX materialized_days_store ON materialized_days (store_id);

CREATE TABLE materialized_outages (
    from_at       BIGINT  NOT NULL,
    to_at         BIGINT  NOT NULL,
    first_seen_at BIGINT,
    least_us      BIGINT  NOT NULL,
    most_us       BIGINT  NOT NULL,
    excused_us    BIGINT  NOT NULL,
    store_id      INTEGER NOT NULL,
    date          DATE    NOT NULL,          -- local, on which it began
    ended         TEXT    NOT NULL,
    reason        TEXT    NOT NULL,
    PRIMARY KEY (date, store_id, from_at)
);
CREATE INDEX materialized_outages_store ON materialized_outages (store_id, from_at);

CREATE VIEW lightson_days AS
SELECT s.code AS store_id,
       d.date,
       timestamptz '1970-01-01 00:00:00+00' + d.from_at * interval '1 microsecond' AS from_at,
       timestamptz '1970-01-01 00:00:00+00' + d.to_at * interval '1 microsecond' AS to_at,
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
       CASE WHEN d.date >= m.right_from THEN timestamptz '1970-01-01 00:00:00+00' + m.as_of * interval '1 microsecond' END AS as_of,
       CASE WHEN d.date >= m.right_from THEN m.version END AS data_version
FROM materialized_days d
JOIN materialized_stores m ON m.store_id = d.store_id
JOIN stores s ON s.id = d.store_id;

CREATE VIEW lightson_outages AS
SELECT s.code AS store_id,
       o.date,
       timestamptz '1970-01-01 00:00:00+00' + o.from_at * interval '1 microsecond' AS from_at,
       CASE WHEN o.ended <> 'ongoing' THEN timestamptz '1970-01-01 00:00:00+00' + o.to_at * interval '1 microsecond' END AS to_at,
       timestamptz '1970-01-01 00:00:00+00' + o.first_seen_at * interval '1 microsecond' AS first_seen_at,
       o.to_at - o.from_at AS length_us,
       o.least_us,
       o.most_us,
       o.excused_us,
       o.ended,
       nullif(o.reason, '') AS reason,
       CASE WHEN o.date >= m.right_from THEN timestamptz '1970-01-01 00:00:00+00' + m.as_of * interval '1 microsecond' END AS as_of,
       CASE WHEN o.date >= m.right_from THEN m.version END AS data_version
FROM materialized_outages o
JOIN materialized_stores m ON m.store_id = o.store_id
JOIN stores s ON s.id = o.store_id;

COMMENT ON VIEW lightson_days IS 'What each store was like on each local date, as computed last: see as_of. Lengths are in microseconds. See the page /sql.';
COMMENT ON COLUMN lightson_days.store_id IS 'as in lightson_stores';
COMMENT ON COLUMN lightson_days.date IS 'in the time zone of the store';
COMMENT ON COLUMN lightson_days.to_at IS 'when the date ends, or as_of if that is earlier';
COMMENT ON COLUMN lightson_days.open_us IS 'time in business hours; up, down and no data add up to it, and so do excused and the corrected three';
COMMENT ON COLUMN lightson_days.as_of IS 'the newest poll that the figures know; NULL while they are to be computed anew';
COMMENT ON COLUMN lightson_days.data_version IS 'of the data that the figures are of, as in the API; NULL with as_of';
COMMENT ON VIEW lightson_outages IS 'Every outage of each store, as computed last: see as_of. Lengths are in microseconds. See the page /sql.';
COMMENT ON COLUMN lightson_outages.store_id IS 'as in lightson_stores';
COMMENT ON COLUMN lightson_outages.date IS 'on which it began, in the time zone of the store';
COMMENT ON COLUMN lightson_outages.to_at IS 'NULL while it goes on';
COMMENT ON COLUMN lightson_outages.ended IS 'back_online, closed, no_data or ongoing';
COMMENT ON COLUMN lightson_outages.as_of IS 'as in lightson_days';
COMMENT ON COLUMN lightson_outages.data_version IS 'as in lightson_days';

-- +goose Down
DROP VIEW lightson_outages;
DROP VIEW lightson_days;
DROP TABLE materialized_outages;
DROP TABLE materialized_days;
DROP TABLE materialized_stores;
