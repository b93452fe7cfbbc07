-- +goose Up
ALTER TABLE reports ADD COLUMN group_name TEXT   NOT NULL DEFAULT '';  -- '' = all stores
ALTER TABLE reports ADD COLUMN range_from BIGINT NOT NULL DEFAULT 0;   -- a range beside the three windows;
ALTER TABLE reports ADD COLUMN range_to   BIGINT NOT NULL DEFAULT 0;   -- both 0 = none

-- +goose Down
ALTER TABLE reports DROP COLUMN range_to;
ALTER TABLE reports DROP COLUMN range_from;
ALTER TABLE reports DROP COLUMN group_name;
