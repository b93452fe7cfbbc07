-- +goose Up
-- Polls of the latest days once more, packed, for whoever reads those of all stores. Whoever
-- changes rows of poll_days deletes the parts that these are in, by the triggers below.
CREATE TABLE poll_parts (
    day   INTEGER NOT NULL,  -- UTC, since 1970-01-01
    part  INTEGER NOT NULL,  -- store_id / 1024 of its rows
    polls BLOB NOT NULL,     -- packed, see models/polls/part.go
    PRIMARY KEY (day, part)
);

-- +goose StatementBegin
CREATE TRIGGER lightson_polls_added AFTER INSERT ON poll_days BEGIN
    DELETE FROM poll_parts WHERE day = NEW.day AND part = NEW.store_id / 1024;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_polls_changed AFTER UPDATE ON poll_days BEGIN
    DELETE FROM poll_parts WHERE day = OLD.day AND part = OLD.store_id / 1024;
    DELETE FROM poll_parts WHERE day = NEW.day AND part = NEW.store_id / 1024;
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER lightson_polls_deleted AFTER DELETE ON poll_days BEGIN
    DELETE FROM poll_parts WHERE day = OLD.day AND part = OLD.store_id / 1024;
END;
-- +goose StatementEnd

-- +goose Down
DROP TRIGGER lightson_polls_added;
DROP TRIGGER lightson_polls_changed;
DROP TRIGGER lightson_polls_deleted;
DROP TABLE poll_parts;
