-- +goose Up
ALTER TABLE reports ADD COLUMN range_bytes   BIGINT  NOT NULL DEFAULT 0;  -- of the CSV of the range; 0 = none, or not counted
ALTER TABLE reports ADD COLUMN files_version INTEGER NOT NULL DEFAULT 0;  -- of the writers that counted the sizes
-- Keys that clients choose, those of pages and those of the server must not meet. They
-- are unique at every step: a key of before, api:x, may be what another one becomes.
UPDATE reports SET idempotency_key = id || ' ' || idempotency_key WHERE idempotency_key IS NOT NULL;
UPDATE reports SET idempotency_key = CASE
    WHEN source = 'page' AND idempotency_key LIKE id || ' retry of %' THEN 'retry:' || substr(idempotency_key, length(id) + 11)
    ELSE source || ':' || substr(idempotency_key, length(id) + 2)
END WHERE idempotency_key IS NOT NULL;

-- +goose Down
UPDATE reports SET idempotency_key = CASE
    WHEN idempotency_key LIKE 'retry:%' THEN 'retry of ' || substr(idempotency_key, 7)
    ELSE substr(idempotency_key, length(source) + 2)
END WHERE idempotency_key IS NOT NULL;
ALTER TABLE reports DROP COLUMN files_version;
ALTER TABLE reports DROP COLUMN range_bytes;
