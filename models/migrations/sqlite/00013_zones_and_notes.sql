-- +goose Up
ALTER TABLE reports ADD COLUMN zone_data TEXT NOT NULL DEFAULT '';        -- release of the IANA zones of its figures; '' = unknown
ALTER TABLE import_files ADD COLUMN notes TEXT NOT NULL DEFAULT '[]';    -- JSON: what is worth a look in rows that were taken

-- +goose Down
ALTER TABLE import_files DROP COLUMN notes;
ALTER TABLE reports DROP COLUMN zone_data;
