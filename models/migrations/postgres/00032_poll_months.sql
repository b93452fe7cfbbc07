-- +goose Up
-- poll_days in partitions of a month, where it has no rows yet. One that has rows stays as it
-- is until lightson partition converts it: that takes time, and servers must go on meanwhile.

-- replace_poll_days puts another table with the same columns in the place of poll_days, which
-- it drops. What is granted on poll_days is granted on the other. A view knows its tables by
-- number and not by name, so those that read poll_days are made anew, and keep their columns,
-- comments and grants.
-- +goose StatementBegin
CREATE FUNCTION replace_poll_days(successor regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    predecessor regclass := to_regclass('poll_days');
    views       text[];
    grants      text[];
    statement   text;
BEGIN
    SELECT coalesce(array_agg(format('CREATE OR REPLACE VIEW %s%s AS %s', v.oid::regclass,
                                     ' WITH (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))), '{}')
    INTO views
    FROM pg_class v
    WHERE v.relkind = 'v' AND v.oid IN (
        SELECT r.ev_class FROM pg_rewrite r
        JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = predecessor);
    SELECT coalesce(array_agg(format('GRANT %s ON poll_days TO %s%s', g.privilege_type,
                                     CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE g.grantee::regrole::text END,
                                     CASE WHEN g.is_grantable AND g.grantee <> c.relowner THEN ' WITH GRANT OPTION' END)), '{}')
    INTO grants
    FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) AS g
    WHERE c.oid = predecessor;

    ALTER TABLE poll_days RENAME TO poll_days_before;
    EXECUTE format('ALTER TABLE %s RENAME TO poll_days', successor);
    FOREACH statement IN ARRAY views || grants LOOP
        EXECUTE statement;
    END LOOP;
    DROP TABLE poll_days_before;
    SELECT format('ALTER INDEX %s RENAME TO poll_days_pkey', i.indexrelid::regclass)
    INTO statement
    FROM pg_index i WHERE i.indrelid = successor AND i.indisunique;
    EXECUTE statement;
END
$$;
-- +goose StatementEnd

-- Somebody's own view or rule may not let the table go. Then it stays, and the program works
-- with it as before.
-- +goose StatementBegin
DO $$
BEGIN
    IF EXISTS (SELECT FROM poll_days) THEN
        RETURN;
    END IF;
    LOCK TABLE poll_days IN ACCESS EXCLUSIVE MODE;
    IF EXISTS (SELECT FROM poll_days) THEN
        RETURN;
    END IF;
    CREATE TABLE poll_days_by_month (LIKE poll_days INCLUDING STORAGE) PARTITION BY RANGE (day);
    -- No PRIMARY KEY: pg_restore --clean cannot drop those of partitions.
    CREATE UNIQUE INDEX poll_days_by_month_pkey ON poll_days_by_month (day, store_id);
    PERFORM replace_poll_days('poll_days_by_month');
EXCEPTION
    WHEN dependent_objects_still_exist OR insufficient_privilege THEN
        RAISE NOTICE 'poll_days stays as it is: %', SQLERRM;
END
$$;
-- +goose StatementEnd

-- +goose Down
-- What a conversion left that did not end goes as well.
DROP FUNCTION IF EXISTS poll_days_changed() CASCADE;
DROP TABLE IF EXISTS poll_days_by_month, poll_days_to_copy;
-- +goose StatementBegin
DO $$
BEGIN
    IF (SELECT relkind FROM pg_class WHERE oid = to_regclass('poll_days')) = 'p' THEN
        LOCK TABLE poll_days IN ACCESS EXCLUSIVE MODE;
        CREATE TABLE poll_days_plain (LIKE poll_days INCLUDING STORAGE, PRIMARY KEY (day, store_id)) WITH (fillfactor = 80);
        INSERT INTO poll_days_plain SELECT day, store_id, polls FROM poll_days ORDER BY day, store_id;
        PERFORM replace_poll_days('poll_days_plain');
    END IF;
END
$$;
-- +goose StatementEnd
DROP FUNCTION replace_poll_days(regclass);
