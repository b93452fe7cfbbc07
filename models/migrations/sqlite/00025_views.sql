-- +goose Up
-- What people and programs with SQL read, beside the tables, which are ours to change. Their
-- columns are described on the page /sql.

CREATE VIEW lightson_stores AS
SELECT code AS store_id,
       nullif(name, '') AS name,
       nullif(group_name, '') AS group_name,
       nullif(city, '') AS city,
       nullif(zone, '') AS time_zone,
       strftime('%Y-%m-%d %H:%M:%S', first_poll_at / 1000000, 'unixepoch') || '.' || substr(first_poll_at % 1000000 + 1000000, 2) AS first_poll_at
FROM stores;

CREATE VIEW lightson_hours AS
SELECT s.code AS store_id,
       CASE WHEN h.valid_from > -719162 THEN date(h.valid_from * 86400, 'unixepoch') END AS valid_from,
       h.day AS weekday,
       CASE WHEN h.start_s < 86400 THEN printf('%02d:%02d:%02d', h.start_s / 3600, h.start_s / 60 % 60, h.start_s % 60) END AS opens,
       CASE WHEN h.start_s < 86400 THEN printf('%02d:%02d:%02d', h.end_s / 3600, h.end_s / 60 % 60, h.end_s % 60) END AS closes
FROM hours h
JOIN stores s ON s.id = h.store_id;

-- A packed day is its version in byte 0, then five bytes a poll: (microsecond of the day * 2 +
-- inactive). Days are found first, so that of one day only its own rows are read. SQLite has
-- no function that reads bytes as a number, so each hexadecimal digit is looked up.
CREATE VIEW lightson_polls AS
WITH RECURSIVE days (day) AS (
    SELECT min(day) FROM poll_days
    UNION ALL
    SELECT day + 1 FROM days WHERE day < (SELECT max(day) FROM poll_days)
), marks AS (
    SELECT c.day, d.store_id, hex(substr(d.polls, 2 + n.key * 5, 5)) AS hex
    FROM days c
    CROSS JOIN poll_days d ON d.day = c.day
    CROSS JOIN json_each('[0' || replace(hex(zeroblob((length(d.polls) - 1) / 5 - 1)), '00', ',0') || ']') n
    WHERE length(d.polls) > 5
), words AS (
    SELECT day, store_id, hex,
           (instr('123456789ABCDEF', substr(hex, 1, 1)) << 36) + (instr('123456789ABCDEF', substr(hex, 2, 1)) << 32) + (instr('123456789ABCDEF', substr(hex, 3, 1)) << 28)
         + (instr('123456789ABCDEF', substr(hex, 4, 1)) << 24) + (instr('123456789ABCDEF', substr(hex, 5, 1)) << 20) + (instr('123456789ABCDEF', substr(hex, 6, 1)) << 16) + (instr('123456789ABCDEF', substr(hex, 7, 1)) << 12)
         + (instr('123456789ABCDEF', substr(hex, 8, 1)) << 8) + (instr('123456789ABCDEF', substr(hex, 9, 1)) << 4) + (instr('123456789ABCDEF', substr(hex, 10, 1)) << 0) AS word
    FROM marks
)
SELECT s.code AS store_id,
       strftime('%Y-%m-%d %H:%M:%S', w.day * 86400 + w.word / 2000000, 'unixepoch') || '.' || substr(w.word / 2 % 1000000 + 1000000, 2) AS observed_at,
       instr('13579BDF', substr(w.hex, 10)) = 0 AS active,
       date(w.day * 86400, 'unixepoch') AS day
FROM words w
CROSS JOIN stores s ON s.id = w.store_id;

-- +goose Down
DROP VIEW lightson_polls;
DROP VIEW lightson_hours;
DROP VIEW lightson_stores;
