-- +goose Up
-- Stores and their hours once more, packed, for whoever reads all of them. Whoever changes rows
-- of stores and hours deletes the parts that these are in, by the triggers below.
CREATE TABLE store_parts (
    part   INTEGER PRIMARY KEY,  -- id / 512 of its stores
    stores BLOB NOT NULL         -- packed, see models/store_parts_format.go
);

-- +goose StatementBegin
CREATE TRIGGER lightson_stores_added AFTER INSERT ON stores BEGIN
    DELETE FROM store_parts WHERE part = NEW.id / 512;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_stores_changed AFTER UPDATE ON stores BEGIN
    DELETE FROM store_parts WHERE part IN (OLD.id / 512, NEW.id / 512);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_stores_deleted AFTER DELETE ON stores BEGIN
    DELETE FROM store_parts WHERE part = OLD.id / 512;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_hours_added AFTER INSERT ON hours BEGIN
    DELETE FROM store_parts WHERE part = NEW.store_id / 512;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_hours_changed AFTER UPDATE ON hours BEGIN
    DELETE FROM store_parts WHERE part IN (OLD.store_id / 512, NEW.store_id / 512);
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_hours_deleted AFTER DELETE ON hours BEGIN
    DELETE FROM store_parts WHERE part = OLD.store_id / 512;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER lightson_stores_added;
DROP TRIGGER lightson_stores_changed;
DROP TRIGGER lightson_stores_deleted;
DROP TRIGGER lightson_hours_added;
DROP TRIGGER lightson_hours_changed;
DROP TRIGGER lightson_hours_deleted;
DROP TABLE store_parts;
