/** Where events wait, from the commit that they tell of until they are chained. */
export const outboxTables = `\
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
`;
