-- What auditMigration of @nomo/audit makes of our roles; a test compares the two.

-- Audit: events wait in the outbox from the commit they tell of until the worker chains them.
CREATE TABLE "audit_outbox" (
    "tenant_id" UUID NOT NULL,
    -- The order within a tenant: what began after another had committed comes after it.
    "position" BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
    "event_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_outbox_pkey" PRIMARY KEY ("tenant_id", "position"),
    CONSTRAINT "audit_outbox_body_check" CHECK (octet_length("body") <= 65536)
) WITH (
    -- Every row is deleted soon: without these the dead would outnumber the living a thousandfold.
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_insert_scale_factor = 0,
    autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 5000,
    autovacuum_vacuum_cost_delay = 0
);

-- What the worker found in the outbox and could not chain. The chain says so in its place.
CREATE TABLE "audit_quarantine" (
    "tenant_id" UUID NOT NULL,
    "position" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,
    "body" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "reason" TEXT NOT NULL,
    "quarantined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "audit_quarantine_pkey" PRIMARY KEY ("tenant_id", "position")
);

-- The chained events of all tenants. "hash" is the SHA-256 of the hash before it and of all else here.
CREATE TABLE "audit_events" (
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "event_id" UUID NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,
    "action" TEXT NOT NULL,
    "actor_type" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "target_type" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "details" JSONB NOT NULL,
    "request_id" TEXT,
    "ip" TEXT,
    "user_agent" TEXT,
    "hash" BYTEA NOT NULL,

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("tenant_id", "seq"),
    CONSTRAINT "audit_events_seq_check" CHECK ("seq" > 0),
    CONSTRAINT "audit_events_hash_check" CHECK (octet_length("hash") = 32)
) PARTITION BY HASH ("tenant_id");

CREATE UNIQUE INDEX "audit_events_tenant_id_event_id_key" ON "audit_events"("tenant_id", "event_id");

CREATE FUNCTION "audit_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

-- Inherited by the partitions. ALWAYS: also when the session pretends to be a replica.
CREATE TRIGGER "audit_events_append_only" BEFORE UPDATE OR DELETE ON "audit_events"
    FOR EACH ROW EXECUTE FUNCTION "audit_refuse_change"();
CREATE TRIGGER "audit_events_no_truncate" BEFORE TRUNCATE ON "audit_events"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE audit_events_p%s PARTITION OF audit_events FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
        -- A statement's trigger is not inherited.
        EXECUTE format(
            'CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON audit_events_p%s
                FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()',
            remainder
        );
        EXECUTE format('ALTER TABLE audit_events_p%s ENABLE ALWAYS TRIGGER audit_events_append_only', remainder);
        EXECUTE format('ALTER TABLE audit_events_p%s ENABLE ALWAYS TRIGGER audit_events_no_truncate', remainder);
    END LOOP;
END $$;

ALTER TABLE "audit_events" ENABLE ALWAYS TRIGGER "audit_events_append_only";
ALTER TABLE "audit_events" ENABLE ALWAYS TRIGGER "audit_events_no_truncate";

CREATE TRIGGER "audit_quarantine_append_only" BEFORE UPDATE OR DELETE ON "audit_quarantine"
    FOR EACH ROW EXECUTE FUNCTION "audit_refuse_change"();
CREATE TRIGGER "audit_quarantine_no_truncate" BEFORE TRUNCATE ON "audit_quarantine"
    FOR EACH STATEMENT EXECUTE FUNCTION "audit_refuse_change"();
ALTER TABLE "audit_quarantine" ENABLE ALWAYS TRIGGER "audit_quarantine_append_only";
ALTER TABLE "audit_quarantine" ENABLE ALWAYS TRIGGER "audit_quarantine_no_truncate";

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

-- Nobody sees another tenant's rows, the owner of the tables included.
ALTER TABLE "audit_outbox" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_outbox" FORCE ROW LEVEL SECURITY;
CREATE POLICY "system" ON "audit_outbox" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "audit_quarantine" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_quarantine" FORCE ROW LEVEL SECURITY;
CREATE POLICY "system" ON "audit_quarantine" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;
CREATE POLICY "system" ON "audit_events" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "audit_heads" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_heads" FORCE ROW LEVEL SECURITY;
CREATE POLICY "system" ON "audit_heads" TO "namoid_worker" USING (true) WITH CHECK (true);
DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format('ALTER TABLE audit_events_p%s ENABLE ROW LEVEL SECURITY', remainder);
        EXECUTE format('ALTER TABLE audit_events_p%s FORCE ROW LEVEL SECURITY', remainder);
    END LOOP;
END $$;
GRANT SELECT, INSERT, DELETE ON "audit_outbox" TO "namoid_worker";
GRANT SELECT, INSERT ON "audit_quarantine", "audit_events" TO "namoid_worker";
GRANT SELECT, INSERT, UPDATE ON "audit_heads" TO "namoid_worker";
CREATE POLICY "tenant" ON "audit_outbox" FOR INSERT TO "namoid_api", "namoid_worker" WITH CHECK ("tenant_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
GRANT INSERT ON "audit_outbox" TO "namoid_api", "namoid_worker";
CREATE POLICY "tenant" ON "audit_events" FOR SELECT TO "namoid_api" USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
GRANT SELECT ON "audit_events" TO "namoid_api";
