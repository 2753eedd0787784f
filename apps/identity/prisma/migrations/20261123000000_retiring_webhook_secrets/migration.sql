-- What a webhook was signed with before its secret was exchanged: receivers that have the new one
-- not yet go on checking with it until it expires.
CREATE TABLE "retiring_webhook_secrets" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "secret_box" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "retiring_webhook_secrets_pkey" PRIMARY KEY ("org_id","id")
);

CREATE INDEX "retiring_webhook_secrets_org_id_endpoint_id_idx" ON "retiring_webhook_secrets"("org_id", "endpoint_id");

CREATE INDEX "retiring_webhook_secrets_expires_at_idx" ON "retiring_webhook_secrets"("expires_at");

ALTER TABLE "retiring_webhook_secrets" ADD CONSTRAINT "retiring_webhook_secrets_org_id_endpoint_id_fkey" FOREIGN KEY ("org_id", "endpoint_id") REFERENCES "webhook_endpoints"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "retiring_webhook_secrets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "retiring_webhook_secrets" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "retiring_webhook_secrets"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "retiring_webhook_secrets" TO "namoid_worker" USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON "retiring_webhook_secrets" TO "namoid_api";
-- What has expired is removed; a box is nothing that is looked at for that.
GRANT SELECT ("org_id", "id", "expires_at"), DELETE ON "retiring_webhook_secrets" TO "namoid_worker";
