WITH t AS MATERIALIZED (
    SELECT max(timestamptz 'epoch' + newest_poll_at * interval '1 microsecond') AS now FROM data_versions
), polls AS (
    SELECT store_id, active, ts, lag(ts) OVER w AS before, lead(ts) OVER w AS after
    FROM keyed WINDOW w AS (PARTITION BY store_id ORDER BY ts)
), said AS (
    SELECT store_id, active,
        CASE WHEN before IS NULL THEN ts - interval '24 hours' ELSE ts END AS since,
        least(after, ts + interval '24 hours', t.now) AS until,
        t.now, t.now - interval '1 hour' AS hour, t.now - interval '24 hours' AS day, t.now - interval '168 hours' AS week
    FROM polls CROSS JOIN t
), sums AS (
    SELECT store_id,
        sum(until - greatest(since, hour)) FILTER (WHERE active AND until > hour) AS up_hour,
        sum(until - greatest(since, day)) FILTER (WHERE active AND until > day) AS up_day,
        sum(until - greatest(since, week)) FILTER (WHERE active AND until > week) AS up_week,
        sum(until - greatest(since, hour)) FILTER (WHERE NOT active AND until > hour) AS down_hour,
        sum(until - greatest(since, day)) FILTER (WHERE NOT active AND until > day) AS down_day,
        sum(until - greatest(since, week)) FILTER (WHERE NOT active AND until > week) AS down_week
    FROM said GROUP BY store_id
)
SELECT s.code AS store_id,
    round(coalesce(extract(epoch FROM up_hour), 0) / 60, 2) AS uptime_last_hour,
    round(coalesce(extract(epoch FROM up_day), 0) / 3600, 2) AS uptime_last_day,
    round(coalesce(extract(epoch FROM up_week), 0) / 3600, 2) AS uptime_last_week,
    round(coalesce(extract(epoch FROM down_hour), 0) / 60, 2) AS downtime_last_hour,
    round(coalesce(extract(epoch FROM down_day), 0) / 3600, 2) AS downtime_last_day,
    round(coalesce(extract(epoch FROM down_week), 0) / 3600, 2) AS downtime_last_week
FROM stores s LEFT JOIN sums ON sums.store_id = s.id
ORDER BY s.code COLLATE "C"
