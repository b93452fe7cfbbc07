-- +goose Up
ALTER TABLE reports ADD COLUMN reach         TEXT NOT NULL DEFAULT 'all';  -- which stores it was made for: all, or JSON
ALTER TABLE reports ADD COLUMN reach_key     TEXT NOT NULL DEFAULT 'all';  -- the reach or, where that is long, its checksum
ALTER TABLE reports ADD COLUMN asked_by      TEXT NOT NULL DEFAULT '';     -- such as person:ID; '' = there were no accounts
ALTER TABLE reports ADD COLUMN asked_by_name TEXT NOT NULL DEFAULT '';
CREATE INDEX reports_reach ON reports (reach_key, group_name);

-- +goose Down
DROP INDEX reports_reach;
ALTER TABLE reports DROP COLUMN asked_by_name;
ALTER TABLE reports DROP COLUMN asked_by;
ALTER TABLE reports DROP COLUMN reach_key;
ALTER TABLE reports DROP COLUMN reach;
