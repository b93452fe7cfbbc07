-- +goose Up
-- 0 stood for "none" in these columns, but it is an instant as well: 1970-01-01 00:00 UTC.
ALTER TABLE stores ALTER COLUMN first_poll_at DROP NOT NULL, ALTER COLUMN first_poll_at DROP DEFAULT;  -- NULL = never polled
UPDATE stores SET first_poll_at = NULL WHERE first_poll_at = 0;
-- The first poll of a store was lost where it was made at that very instant.
UPDATE stores SET first_poll_at = 0
    WHERE id IN (SELECT store_id FROM poll_days WHERE day = 0 AND substr(polls, 1, 6) IN ('\x010000000000', '\x010000000001'))
    AND NOT EXISTS (SELECT 1 FROM poll_days WHERE day < 0 AND store_id = stores.id);

ALTER TABLE data_versions
    ALTER COLUMN newest_poll_at DROP NOT NULL,                                                    -- NULL = no polls
    ALTER COLUMN kept_from DROP NOT NULL, ALTER COLUMN kept_from DROP DEFAULT;                    -- polls before it are deleted; NULL = none are
-- A newest poll at that very instant has its day.
UPDATE data_versions SET kept_from = NULLIF(kept_from, 0),
    newest_poll_at = CASE WHEN newest_poll_at <> 0 OR EXISTS (SELECT 1 FROM poll_days WHERE day = 0) THEN newest_poll_at END;

ALTER TABLE reports
    ALTER COLUMN asked_as_of DROP NOT NULL, ALTER COLUMN asked_as_of DROP DEFAULT,                -- NULL = the newest poll
    ALTER COLUMN as_of DROP NOT NULL, ALTER COLUMN as_of DROP DEFAULT;                            -- NULL = not complete, or no polls at all
UPDATE reports SET asked_as_of = NULLIF(asked_as_of, 0), as_of = NULLIF(as_of, 0);

-- Another random number whenever polls change that are not of the last days.
ALTER TABLE data_versions ADD COLUMN past_mark BIGINT NOT NULL DEFAULT 0;
UPDATE data_versions SET past_mark = 1 + floor(random() * 9007199254740991);

-- +goose Down
ALTER TABLE data_versions DROP COLUMN past_mark;

UPDATE stores SET first_poll_at = 0 WHERE first_poll_at IS NULL;
ALTER TABLE stores ALTER COLUMN first_poll_at SET DEFAULT 0, ALTER COLUMN first_poll_at SET NOT NULL;
UPDATE data_versions SET newest_poll_at = COALESCE(newest_poll_at, 0), kept_from = COALESCE(kept_from, 0);
ALTER TABLE data_versions
    ALTER COLUMN newest_poll_at SET NOT NULL,
    ALTER COLUMN kept_from SET DEFAULT 0, ALTER COLUMN kept_from SET NOT NULL;
UPDATE reports SET asked_as_of = COALESCE(asked_as_of, 0), as_of = COALESCE(as_of, 0);
ALTER TABLE reports
    ALTER COLUMN asked_as_of SET DEFAULT 0, ALTER COLUMN asked_as_of SET NOT NULL,
    ALTER COLUMN as_of SET DEFAULT 0, ALTER COLUMN as_of SET NOT NULL;
