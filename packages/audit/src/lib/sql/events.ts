/** The chained events, and what keeps them from being changed. */
export const eventTables = `\
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
`;
