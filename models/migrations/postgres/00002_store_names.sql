-- +goose Up
ALTER TABLE stores ADD COLUMN name       TEXT NOT NULL DEFAULT '';   -- '' = not given
ALTER TABLE stores ADD COLUMN group_name TEXT NOT NULL DEFAULT '';   -- the chain or owner it belongs to
ALTER TABLE stores ADD COLUMN city       TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE stores DROP COLUMN city;
ALTER TABLE stores DROP COLUMN group_name;
ALTER TABLE stores DROP COLUMN name;
