-- +goose Up
-- What people and programs with SQL read, beside the tables, which are ours to change. Their
-- columns are described on the page /sql. A migration that changes the type of a column below
-- drops them first, and makes them anew.

CREATE VIEW lightson_stores AS
SELECT code AS store_id,
       nullif(name, '') AS name,
       nullif(group_name, '') AS group_name,
       nullif(city, '') AS city,
       nullif(zone, '') AS time_zone,
       timestamptz '1970-01-01 00:00:00+00' + first_poll_at * interval '1 microsecond' AS first_poll_at
FROM stores;

CREATE VIEW lightson_hours AS
SELECT s.code AS store_id,
       CASE WHEN h.valid_from > -719162 THEN date '1970-01-01' + h.valid_from END AS valid_from,
       h.day AS weekday,
       CASE WHEN h.start_s < 86400 THEN to_char(h.start_s * interval '1 second', 'HH24:MI:SS') END AS opens,
       CASE WHEN h.start_s < 86400 THEN to_char(h.end_s * interval '1 second', 'HH24:MI:SS') END AS closes
FROM hours h
JOIN stores s ON s.id = h.store_id;

-- A packed day is its version in byte 0, then five bytes a poll: (microsecond of the day * 2 +
-- inactive). Days are found first, so that of one day only its own rows are read. The day
-- begins in UTC whatever the zone of the session: a day that is added to a timestamptz is one
-- of that zone.
CREATE VIEW lightson_polls AS
SELECT s.code AS store_id,
       c.day_start + (((get_byte(d.polls, n)::bigint << 32)
                      | (get_byte(d.polls, n + 1)::bigint << 24)
                      | (get_byte(d.polls, n + 2) << 16)
                      | (get_byte(d.polls, n + 3) << 8)
                      | get_byte(d.polls, n + 4)) >> 1) * interval '1 microsecond' AS observed_at,
       (get_byte(d.polls, n + 4) & 1) = 0 AS active,
       c.date AS day
FROM (
    SELECT g AS day,
           date '1970-01-01' + g AS date,
           (timestamp '1970-01-01' + g * interval '1 day') AT TIME ZONE 'UTC' AS day_start
    FROM generate_series((SELECT min(day) FROM poll_days), (SELECT max(day) FROM poll_days)) AS g
) AS c
JOIN poll_days d ON d.day = c.day
JOIN stores s ON s.id = d.store_id
CROSS JOIN LATERAL generate_series(1, length(d.polls) - 5, 5) AS n;

-- The view of earlier versions, which unpacked every day for any question, and was an hour off
-- where the zone of the session has summer time.
CREATE OR REPLACE VIEW polls AS
SELECT store_id, observed_at, active, day FROM lightson_polls;

COMMENT ON VIEW lightson_stores IS 'Every store that any file has named. See the page /sql.';
COMMENT ON COLUMN lightson_stores.store_id IS 'the id that files, pages and the API use';
COMMENT ON COLUMN lightson_stores.name IS 'what people call it; NULL where no file gave it';
COMMENT ON COLUMN lightson_stores.group_name IS 'the chain or owner it belongs to; NULL where no file gave it';
COMMENT ON COLUMN lightson_stores.city IS 'NULL where no file gave it';
COMMENT ON COLUMN lightson_stores.time_zone IS 'an IANA name; NULL where no file gave it: then it is computed in America/Chicago';
COMMENT ON COLUMN lightson_stores.first_poll_at IS 'of all polls ever, deleted ones included; NULL where it was never polled';
COMMENT ON VIEW lightson_hours IS 'Business hours as they were given. A store without rows is always open; in a store that has rows, a weekday without one is closed. See the page /sql.';
COMMENT ON COLUMN lightson_hours.store_id IS 'as in lightson_stores';
COMMENT ON COLUMN lightson_hours.valid_from IS 'local date from which on the row holds, until the next date of the store; NULL = from the beginning';
COMMENT ON COLUMN lightson_hours.weekday IS '0 = Monday, 6 = Sunday';
COMMENT ON COLUMN lightson_hours.opens IS 'local time, HH:MM:SS; NULL = closed on that weekday';
COMMENT ON COLUMN lightson_hours.closes IS 'local time, HH:MM:SS; at or before opens it is on the next day, and 23:59 or later means midnight';
COMMENT ON VIEW lightson_polls IS 'Every poll that is kept. Always name the day: WHERE day = DATE … reads that day alone. See the page /sql.';
COMMENT ON COLUMN lightson_polls.store_id IS 'as in lightson_stores';
COMMENT ON COLUMN lightson_polls.observed_at IS 'when the store was polled, to the microsecond';
COMMENT ON COLUMN lightson_polls.active IS 'whether it was online';
COMMENT ON COLUMN lightson_polls.day IS 'the date of observed_at in UTC';

-- +goose Down
DROP VIEW polls;
DROP VIEW lightson_polls;
DROP VIEW lightson_hours;
DROP VIEW lightson_stores;
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
