-- +goose Up
-- Polls of the latest days once more, packed, for whoever reads those of all stores. Whoever
-- changes rows of poll_days deletes the parts that these are in, by the triggers below. After a
-- crash of the server there are none, and the plain rows are read until a day is packed again.
CREATE UNLOGGED TABLE poll_parts (
    day   INTEGER NOT NULL,  -- UTC, since 1970-01-01
    part  INTEGER NOT NULL,  -- store_id / 1024 of its rows
    polls BYTEA NOT NULL,    -- packed, see models/polls/part.go
    PRIMARY KEY (day, part)
);
ALTER TABLE poll_parts ALTER COLUMN polls SET STORAGE EXTERNAL;

-- +goose StatementBegin
CREATE FUNCTION lightson_forget_poll_parts() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        DELETE FROM poll_parts;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM poll_parts WHERE day = OLD.day AND part = OLD.store_id / 1024;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        DELETE FROM poll_parts WHERE day = NEW.day AND part = NEW.store_id / 1024;
    END IF;
    RETURN NULL;
END
$$;
-- +goose StatementEnd

-- lightson_watch_poll_days gives poll_days, or a partition of it, the triggers. Partitions take
-- those of rows over from the table. Whoever writes many rows deletes their parts at once, and
-- says so by lightson.forgotten for as long as it does.
-- +goose StatementBegin
CREATE FUNCTION lightson_watch_poll_days(watched regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (SELECT relispartition FROM pg_class WHERE oid = watched) THEN
        EXECUTE format('CREATE TRIGGER lightson_polls_changed AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW
            WHEN (current_setting(''lightson.forgotten'', true) IS DISTINCT FROM ''poll_parts'')
            EXECUTE FUNCTION lightson_forget_poll_parts()', watched);
    END IF;
    EXECUTE format('CREATE TRIGGER lightson_polls_emptied AFTER TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION lightson_forget_poll_parts()', watched);
END
$$;
-- +goose StatementEnd

SELECT lightson_watch_poll_days('poll_days');
SELECT lightson_watch_poll_days(inhrelid::regclass) FROM pg_inherits WHERE inhparent = to_regclass('poll_days');

-- +goose Down
DROP FUNCTION lightson_watch_poll_days(regclass);
DROP FUNCTION lightson_forget_poll_parts() CASCADE;
DROP TABLE poll_parts;
