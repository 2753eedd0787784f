/** Where each tenant's chain stands. */
export const headTable = `\
-- Where each chain ends. Locked while a page is appended, so that one worker appends at a time.
CREATE TABLE "audit_heads" (
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_heads_pkey" PRIMARY KEY ("tenant_id"),
    CONSTRAINT "audit_heads_seq_check" CHECK ("seq" >= 0),
    CONSTRAINT "audit_heads_hash_check" CHECK (octet_length("hash") = 32)
) WITH (fillfactor = 50);

CREATE FUNCTION "audit_heads_begin_at_zero"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."seq" <> 0 OR NEW."hash" <> decode(repeat('00', 32), 'hex') THEN
        RAISE EXCEPTION 'an audit chain begins empty' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

-- A head moves by what was appended: every event up to it is there, and the last has its hash.
CREATE FUNCTION "audit_heads_follow_events"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    appended BIGINT;
    last_hash BYTEA;
BEGIN
    SELECT count(*) INTO appended FROM public."audit_events"
        WHERE "tenant_id" = OLD."tenant_id" AND "seq" > OLD."seq" AND "seq" <= NEW."seq";
    SELECT "hash" INTO last_hash FROM public."audit_events"
        WHERE "tenant_id" = OLD."tenant_id" AND "seq" = NEW."seq";
    IF NEW."tenant_id" <> OLD."tenant_id" OR NEW."seq" <= OLD."seq"
        OR appended <> NEW."seq" - OLD."seq" OR last_hash IS DISTINCT FROM NEW."hash" THEN
        RAISE EXCEPTION 'the head of an audit chain moves only by what was appended'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER "audit_heads_begin_at_zero" BEFORE INSERT ON "audit_heads"
    FOR EACH ROW EXECUTE FUNCTION "audit_heads_begin_at_zero"();
CREATE TRIGGER "audit_heads_follow_events" BEFORE UPDATE ON "audit_heads"
    FOR EACH ROW EXECUTE FUNCTION "audit_heads_follow_events"();
CREATE TRIGGER "audit_heads_no_delete" BEFORE DELETE ON "audit_heads"
    FOR EACH ROW EXECUTE FUNCTION "audit_refuse_change"();
CREATE TRIGGER "audit_heads_no_truncate" BEFORE TRUNCATE ON "audit_heads"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();
ALTER TABLE "audit_heads" ENABLE ALWAYS TRIGGER "audit_heads_begin_at_zero";
ALTER TABLE "audit_heads" ENABLE ALWAYS TRIGGER "audit_heads_follow_events";
ALTER TABLE "audit_heads" ENABLE ALWAYS TRIGGER "audit_heads_no_delete";
ALTER TABLE "audit_heads" ENABLE ALWAYS TRIGGER "audit_heads_no_truncate";
`;
