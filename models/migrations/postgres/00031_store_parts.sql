-- +goose Up
-- Stores and their hours once more, packed, for whoever reads all of them. Whoever changes rows
-- of stores and hours deletes the parts that these are in, by the triggers below.
CREATE TABLE store_parts (
    part   INTEGER PRIMARY KEY,  -- id / 512 of its stores
    stores BYTEA NOT NULL        -- packed, see models/store_parts_format.go
);
ALTER TABLE store_parts ALTER COLUMN stores SET STORAGE EXTERNAL;

-- +goose StatementBegin
CREATE FUNCTION lightson_forget_store_parts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The schema is that of the table, wherever the caller looks for tables.
    IF TG_OP = 'TRUNCATE' THEN
        EXECUTE format('DELETE FROM %I.store_parts', TG_TABLE_SCHEMA);
    ELSE
        EXECUTE format('DELETE FROM %I.store_parts WHERE part IN (SELECT %I / 512 FROM changed)', TG_TABLE_SCHEMA, TG_ARGV[0]);
    END IF;
    IF TG_OP = 'UPDATE' THEN
        EXECUTE format('DELETE FROM %I.store_parts WHERE part IN (SELECT %I / 512 FROM became)', TG_TABLE_SCHEMA, TG_ARGV[0]);
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

CREATE TRIGGER lightson_stores_added AFTER INSERT ON stores REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('id');
CREATE TRIGGER lightson_stores_changed AFTER UPDATE ON stores REFERENCING OLD TABLE AS changed NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('id');
CREATE TRIGGER lightson_stores_deleted AFTER DELETE ON stores REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('id');
CREATE TRIGGER lightson_stores_emptied AFTER TRUNCATE ON stores
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('id');

CREATE TRIGGER lightson_hours_added AFTER INSERT ON hours REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('store_id');
CREATE TRIGGER lightson_hours_changed AFTER UPDATE ON hours REFERENCING OLD TABLE AS changed NEW TABLE AS became
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('store_id');
CREATE TRIGGER lightson_hours_deleted AFTER DELETE ON hours REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('store_id');
CREATE TRIGGER lightson_hours_emptied AFTER TRUNCATE ON hours
    FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_store_parts('store_id');

-- Rows of reports are packed already: PostgreSQL took longer to compress them than all else
-- that saves a report. Those that exist stay as they are.
ALTER TABLE report_parts ALTER COLUMN rows SET STORAGE EXTERNAL;

-- +goose Down
ALTER TABLE report_parts ALTER COLUMN rows SET STORAGE EXTENDED;
DROP TRIGGER lightson_stores_added ON stores;
DROP TRIGGER lightson_stores_changed ON stores;
DROP TRIGGER lightson_stores_deleted ON stores;
DROP TRIGGER lightson_stores_emptied ON stores;
DROP TRIGGER lightson_hours_added ON hours;
DROP TRIGGER lightson_hours_changed ON hours;
DROP TRIGGER lightson_hours_deleted ON hours;
DROP TRIGGER lightson_hours_emptied ON hours;
DROP FUNCTION lightson_forget_store_parts();
DROP TABLE store_parts;
