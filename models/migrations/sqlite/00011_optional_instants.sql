-- +goose Up
-- 0 stood for "none" in these columns, but it is an instant as well: 1970-01-01 00:00 UTC.
ALTER TABLE stores ADD COLUMN first_poll INTEGER;                   -- NULL = never polled
UPDATE stores SET first_poll = NULLIF(first_poll_at, 0);
-- The first poll of a store was lost where it was made at that very instant.
UPDATE stores SET first_poll = 0
    WHERE id IN (SELECT store_id FROM poll_days WHERE day = 0 AND substr(polls, 1, 6) IN (x'010000000000', x'010000000001'))
    AND NOT EXISTS (SELECT 1 FROM poll_days WHERE day < 0 AND store_id = stores.id);
ALTER TABLE stores DROP COLUMN first_poll_at;
ALTER TABLE stores RENAME COLUMN first_poll TO first_poll_at;

ALTER TABLE data_versions ADD COLUMN newest_poll INTEGER;           -- NULL = no polls
ALTER TABLE data_versions ADD COLUMN kept INTEGER;                  -- polls before it are deleted; NULL = none are
-- A newest poll at that very instant has its day.
UPDATE data_versions SET kept = NULLIF(kept_from, 0),
    newest_poll = CASE WHEN newest_poll_at <> 0 OR EXISTS (SELECT 1 FROM poll_days WHERE day = 0) THEN newest_poll_at END;
ALTER TABLE data_versions DROP COLUMN newest_poll_at;
ALTER TABLE data_versions DROP COLUMN kept_from;
ALTER TABLE data_versions RENAME COLUMN newest_poll TO newest_poll_at;
ALTER TABLE data_versions RENAME COLUMN kept TO kept_from;

ALTER TABLE reports ADD COLUMN asked INTEGER;                       -- NULL = the newest poll
ALTER TABLE reports ADD COLUMN made_as_of INTEGER;                  -- NULL = not complete, or no polls at all
UPDATE reports SET asked = NULLIF(asked_as_of, 0), made_as_of = NULLIF(as_of, 0);
ALTER TABLE reports DROP COLUMN asked_as_of;
ALTER TABLE reports DROP COLUMN as_of;
ALTER TABLE reports RENAME COLUMN asked TO asked_as_of;
ALTER TABLE reports RENAME COLUMN made_as_of TO as_of;

-- Another random number whenever polls change that are not of the last days.
ALTER TABLE data_versions ADD COLUMN past_mark INTEGER NOT NULL DEFAULT 0;
UPDATE data_versions SET past_mark = 1 + abs(random() % 9007199254740991);

-- +goose Down
ALTER TABLE data_versions DROP COLUMN past_mark;

ALTER TABLE stores ADD COLUMN first_poll INTEGER NOT NULL DEFAULT 0;
UPDATE stores SET first_poll = COALESCE(first_poll_at, 0);
ALTER TABLE stores DROP COLUMN first_poll_at;
ALTER TABLE stores RENAME COLUMN first_poll TO first_poll_at;

ALTER TABLE data_versions ADD COLUMN newest_poll INTEGER NOT NULL DEFAULT 0;
ALTER TABLE data_versions ADD COLUMN kept INTEGER NOT NULL DEFAULT 0;
UPDATE data_versions SET newest_poll = COALESCE(newest_poll_at, 0), kept = COALESCE(kept_from, 0);
ALTER TABLE data_versions DROP COLUMN newest_poll_at;
ALTER TABLE data_versions DROP COLUMN kept_from;
ALTER TABLE data_versions RENAME COLUMN newest_poll TO newest_poll_at;
ALTER TABLE data_versions RENAME COLUMN kept TO kept_from;

ALTER TABLE reports ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE reports ADD COLUMN made_as_of INTEGER NOT NULL DEFAULT 0;
UPDATE reports SET asked = COALESCE(asked_as_of, 0), made_as_of = COALESCE(as_of, 0);
ALTER TABLE reports DROP COLUMN asked_as_of;
ALTER TABLE reports DROP COLUMN as_of;
ALTER TABLE reports RENAME COLUMN asked TO asked_as_of;
ALTER TABLE reports RENAME COLUMN made_as_of TO as_of;
