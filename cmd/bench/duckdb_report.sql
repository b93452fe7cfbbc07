WITH t AS (
    SELECT max(ts) AS now, now - 3600000000 AS hour, now - 86400000000 AS day, now - 604800000000 AS week FROM polls
), said AS (
    SELECT store_id, active,
        CASE WHEN lag(ts) OVER w IS NULL THEN ts - 86400000000 ELSE ts END AS since,
        least(lead(ts) OVER w, ts + 86400000000, (SELECT now FROM t)) AS until
    FROM polls WINDOW w AS (PARTITION BY store_id ORDER BY ts)
), sums AS (
    SELECT store_id,
        sum(until - greatest(since, hour)) FILTER (active AND until > hour) AS up_hour,
        sum(until - greatest(since, day)) FILTER (active AND until > day) AS up_day,
        sum(until - greatest(since, week)) FILTER (active AND until > week) AS up_week,
        sum(until - greatest(since, hour)) FILTER (NOT active AND until > hour) AS down_hour,
        sum(until - greatest(since, day)) FILTER (NOT active AND until > day) AS down_day,
        sum(until - greatest(since, week)) FILTER (NOT active AND until > week) AS down_week
    FROM said CROSS JOIN t GROUP BY store_id
)
SELECT s.code AS store_id,
    (0.01 * ((coalesce(up_hour, 0) + 300000) // 600000))::DECIMAL(18, 2) AS uptime_last_hour,
    (0.01 * ((coalesce(up_day, 0) + 18000000) // 36000000))::DECIMAL(18, 2) AS uptime_last_day,
    (0.01 * ((coalesce(up_week, 0) + 18000000) // 36000000))::DECIMAL(18, 2) AS uptime_last_week,
    (0.01 * ((coalesce(down_hour, 0) + 300000) // 600000))::DECIMAL(18, 2) AS downtime_last_hour,
    (0.01 * ((coalesce(down_day, 0) + 18000000) // 36000000))::DECIMAL(18, 2) AS downtime_last_day,
    (0.01 * ((coalesce(down_week, 0) + 18000000) // 36000000))::DECIMAL(18, 2) AS downtime_last_week
FROM stores s LEFT JOIN sums ON sums.store_id = s.id
ORDER BY s.code
