-- +goose Up
-- The same rows as before, so written that PostgreSQL guesses how few they are. It takes
-- generate_series for a thousand rows of each store and day, and the dates for five days; by
-- that it read all days, and compiled the query, which took longer than answering it. An array
-- is taken for ten rows, and a condition that always holds makes the dates one day.
CREATE OR REPLACE VIEW lightson_polls AS
SELECT s.code AS store_id,
       c.day_start + (((get_byte(d.polls, n.nth::integer * 5 - 4)::bigint << 32)
                      | (get_byte(d.polls, n.nth::integer * 5 - 3)::bigint << 24)
                      | (get_byte(d.polls, n.nth::integer * 5 - 2) << 16)
                      | (get_byte(d.polls, n.nth::integer * 5 - 1) << 8)
                      | get_byte(d.polls, n.nth::integer * 5)) >> 1) * interval '1 microsecond' AS observed_at,
       (get_byte(d.polls, n.nth::integer * 5) & 1) = 0 AS active,
       c.date AS day
FROM (
    SELECT g AS day,
           date '1970-01-01' + g AS date,
           (timestamp '1970-01-01' + g * interval '1 day') AT TIME ZONE 'UTC' AS day_start
    FROM generate_series((SELECT min(day) FROM poll_days), (SELECT max(day) FROM poll_days)) AS g
    WHERE g BETWEEN -2147483648 AND 2147483647
) AS c
JOIN poll_days d ON d.day = c.day
JOIN stores s ON s.id = d.store_id
CROSS JOIN LATERAL unnest(array_fill(0, ARRAY[(length(d.polls) - 1) / 5])) WITH ORDINALITY AS n (zero, nth);

-- +goose Down
CREATE OR REPLACE VIEW lightson_polls AS
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
