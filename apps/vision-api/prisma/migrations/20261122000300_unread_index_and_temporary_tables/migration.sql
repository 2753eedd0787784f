-- No query reads single answers by key and time: the sums by hour do that. Every insert paid for it.
DROP INDEX "usage_records_user_id_key_id_occurred_at_idx";

-- A temporary table hides the table of its name from all that comes later on the same
-- connection: whoever once got a statement into a pool could answer for "api_keys" from then on.
-- Whoever migrates has to own the database for this; PostgreSQL warns where that is not so.
DO $$
BEGIN
    EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END $$;
