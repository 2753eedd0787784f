-- One login role for what answers requests, one for what works across organizations. They own
-- nothing and are bound by row-level security.
DO $$ BEGIN
    CREATE ROLE "namoid_api" LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE "namoid_worker" LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

-- Nobody sees another organization's rows, the owner of the tables included.
ALTER TABLE "organizations" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "organizations" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "organizations"
    USING ("id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "organizations" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "applications" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "applications" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "applications"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "applications" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "application_secrets" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "application_secrets" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "application_secrets"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "application_secrets" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "resource_servers" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "resource_servers" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "resource_servers"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "resource_servers" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "users" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "users"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "users" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "sessions" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "sessions"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "sessions" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "signing_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "signing_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "signing_keys"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "signing_keys" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "consents" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "consents" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "consents"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "consents" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "security_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "security_events" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "security_events"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "security_events" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "webhook_endpoints" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "webhook_endpoints" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "webhook_endpoints"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "webhook_endpoints" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "webhook_deliveries" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "webhook_deliveries" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "webhook_deliveries"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "webhook_deliveries" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "idempotency_keys" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "idempotency_keys" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "idempotency_keys"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "idempotency_keys" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "interactions" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "interactions" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "interactions"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "interactions" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "pushed_requests" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "pushed_requests" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "pushed_requests"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "pushed_requests" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "grants" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "grants" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "grants"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "grants" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "authorization_codes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "authorization_codes" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "authorization_codes"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "authorization_codes" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "refresh_tokens" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "refresh_tokens" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "refresh_tokens"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "refresh_tokens" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "device_codes" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "device_codes" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "device_codes"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "device_codes" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "revoked_access_tokens" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "revoked_access_tokens" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "revoked_access_tokens"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "revoked_access_tokens" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "seen_jtis" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "seen_jtis" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "seen_jtis"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "seen_jtis" TO "namoid_worker" USING (true) WITH CHECK (true);
ALTER TABLE "logout_deliveries" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "logout_deliveries" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "logout_deliveries"
    USING ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("org_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "logout_deliveries" TO "namoid_worker" USING (true) WITH CHECK (true);

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "namoid_api", "namoid_worker";

-- What answers requests. It makes no organization and gives none another name in a path; what it
-- does not have to remove it cannot remove.
GRANT SELECT ON "organization_directory" TO "namoid_api";
GRANT SELECT ON "organizations" TO "namoid_api";
GRANT UPDATE ("name", "logo_url", "primary_color", "background_color", "access_token_ttl", "id_token_ttl", "refresh_token_idle_ttl", "refresh_token_ttl", "session_idle_ttl", "session_ttl", "refresh_leeway", "password_min_length", "signing_key_days") ON "organizations" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "applications" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "users" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "sessions" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "signing_keys" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "consents" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "webhook_deliveries" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "idempotency_keys" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "interactions" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "pushed_requests" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "grants" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "authorization_codes" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "refresh_tokens" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE ON "logout_deliveries" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE, DELETE ON "application_secrets" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE, DELETE ON "resource_servers" TO "namoid_api";
GRANT SELECT, INSERT, UPDATE, DELETE ON "webhook_endpoints" TO "namoid_api";
-- A device whose code has expired leaves its user code to another.
GRANT SELECT, INSERT, UPDATE, DELETE ON "device_codes" TO "namoid_api";
GRANT SELECT, INSERT ON "security_events" TO "namoid_api";
GRANT SELECT, INSERT ON "revoked_access_tokens" TO "namoid_api";
GRANT SELECT, INSERT ON "seen_jtis" TO "namoid_api";

-- What works across organizations: it makes them, finds what is due, and removes what has expired.
GRANT SELECT, INSERT ON "organization_directory" TO "namoid_worker";
GRANT SELECT, INSERT ON "organizations" TO "namoid_worker";
GRANT SELECT, INSERT ON "signing_keys" TO "namoid_worker";
GRANT SELECT ON "applications" TO "namoid_worker";
GRANT SELECT ON "users" TO "namoid_worker";
GRANT SELECT, DELETE ON "sessions" TO "namoid_worker";
GRANT SELECT, DELETE ON "idempotency_keys" TO "namoid_worker";
GRANT SELECT, DELETE ON "interactions" TO "namoid_worker";
GRANT SELECT, DELETE ON "pushed_requests" TO "namoid_worker";
GRANT SELECT, DELETE ON "grants" TO "namoid_worker";
GRANT SELECT, DELETE ON "authorization_codes" TO "namoid_worker";
GRANT SELECT, DELETE ON "refresh_tokens" TO "namoid_worker";
GRANT SELECT, DELETE ON "device_codes" TO "namoid_worker";
GRANT SELECT, DELETE ON "revoked_access_tokens" TO "namoid_worker";
GRANT SELECT, DELETE ON "seen_jtis" TO "namoid_worker";
GRANT SELECT, DELETE ON "webhook_deliveries" TO "namoid_worker";
GRANT SELECT, DELETE ON "logout_deliveries" TO "namoid_worker";
