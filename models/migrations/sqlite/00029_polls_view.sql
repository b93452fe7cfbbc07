-- +goose Up
-- Nothing: the view of PostgreSQL is written anew, and versions have one number on both.
SELECT 1;

-- +goose Down
SELECT 1;
