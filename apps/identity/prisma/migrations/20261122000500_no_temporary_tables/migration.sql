-- A temporary table hides the table of its name from all that comes later on the same
-- connection: whoever once got a statement into a pool could answer for "sessions" or
-- "signing_keys" from then on, for every organization whose requests the pool serves.
-- Whoever migrates has to own the database for this; PostgreSQL warns where that is not so.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
