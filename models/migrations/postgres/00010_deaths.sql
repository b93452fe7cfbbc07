-- +goose Up
ALTER TABLE imports ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;   -- attempts whose worker died
ALTER TABLE reports ADD COLUMN deaths INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE reports DROP COLUMN deaths;
ALTER TABLE imports DROP COLUMN deaths;
