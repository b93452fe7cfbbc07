-- +goose Up
ALTER TABLE data_versions ADD COLUMN kept_from BIGINT NOT NULL DEFAULT 0;  -- polls before it are deleted; 0 = none are

-- +goose Down
ALTER TABLE data_versions DROP COLUMN kept_from;
