-- Two uses within one millisecond have the same timestamp, so comparing timestamps would let
-- the second pass: once a row is used, no statement may name what says so again.
CREATE OR REPLACE FUNCTION stay_consumed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.consumed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a used row of % stays used', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER authorization_codes_stay_consumed BEFORE UPDATE OF "consumed_at", "grant_id" ON "authorization_codes" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE OR REPLACE TRIGGER refresh_tokens_stay_consumed BEFORE UPDATE OF "consumed_at", "grant_id" ON "refresh_tokens" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE OR REPLACE TRIGGER device_codes_stay_consumed BEFORE UPDATE OF "consumed_at", "grant_id" ON "device_codes" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE OR REPLACE TRIGGER pushed_requests_stay_consumed BEFORE UPDATE OF "consumed_at" ON "pushed_requests" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
