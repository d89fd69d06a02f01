-- Rows came with their numbers: let the next ones go on from there.
DO $$
DECLARE owned record;
BEGIN
  FOR owned IN
    SELECT seq.oid::regclass AS sequence, tab.oid::regclass AS owner, col.attname AS name
    FROM pg_class seq JOIN pg_depend dep ON dep.objid = seq.oid AND dep.deptype IN ('a', 'i')
    JOIN pg_class tab ON tab.oid = dep.refobjid
    JOIN pg_attribute col ON col.attrelid = tab.oid AND col.attnum = dep.refobjsubid
    WHERE seq.relkind = 'S'
  LOOP
    EXECUTE format('SELECT setval(%L, coalesce((SELECT max(%I) FROM %s), 0) + 1)', owned.sequence, owned.name, owned.owner);
  END LOOP;
END $$;
