-- +goose Up
-- Nothing: SQLite has no partitions, and versions have one number on both.
SELECT 1;

-- +goose Down
SELECT 1;
