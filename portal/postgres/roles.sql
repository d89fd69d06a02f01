-- The three roles and the database. Run at each start by the superuser, who does nothing else; changes nothing twice.
SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY[:'owner', :'application', :'backup']) AS name
 WHERE name NOT IN (SELECT rolname FROM pg_roles)
\gexec

ALTER ROLE :"owner" LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;
ALTER ROLE :"application" LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;

-- A dump is whole only if row-level security does not narrow it: this role sees everything and writes nothing.
ALTER ROLE :"backup" LOGIN NOCREATEDB NOSUPERUSER BYPASSRLS NOCREATEROLE NOREPLICATION;
GRANT pg_read_all_data TO :"backup";

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database')
\gexec
