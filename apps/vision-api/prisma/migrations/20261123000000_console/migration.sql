-- The console: who a customer is at the provider that signs people in, the sessions of
-- browsers, sign-ins under way, and a login role of its own.

DO $$ BEGIN
    CREATE ROLE "nomosly_console" LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

GRANT USAGE ON SCHEMA public TO "nomosly_console";

-- ---------------------------------------------------------------------------------------
-- Who a customer is at a provider: one person at each.

CREATE TABLE "user_identities" (
    "user_id" UUID NOT NULL,
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    -- As the provider last said. The customer's own address stays in "users".
    "email" TEXT NOT NULL,
    "name" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "user_identities_pkey" PRIMARY KEY ("user_id", "issuer"),
    CONSTRAINT "user_identities_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "user_identities_issuer_check" CHECK (length("issuer") BETWEEN 1 AND 2000),
    -- OpenID Connect Core 1.0, section 2: at most 255 characters.
    CONSTRAINT "user_identities_subject_check" CHECK (length("subject") BETWEEN 1 AND 255),
    CONSTRAINT "user_identities_email_check" CHECK ("email" = lower("email") AND length("email") BETWEEN 3 AND 320),
    CONSTRAINT "user_identities_name_check" CHECK (length("name") BETWEEN 1 AND 200)
);

-- A person arrives with a provider's name for them, and without a tenant. Kept by a trigger
-- alone. Its key keeps two customers from being one person.
CREATE TABLE "identity_directory" (
    "issuer" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "identity_directory_pkey" PRIMARY KEY ("issuer", "subject"),
    CONSTRAINT "identity_directory_user_id_issuer_fkey" FOREIGN KEY ("user_id", "issuer") REFERENCES "user_identities"("user_id", "issuer") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "identity_directory_user_id_issuer_key" ON "identity_directory"("user_id", "issuer");

CREATE FUNCTION user_identities_keep_directory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.identity_directory (issuer, subject, user_id)
    VALUES (NEW.issuer, NEW.subject, NEW.user_id);
    RETURN NULL;
END $$;

CREATE TRIGGER user_identities_keep_directory AFTER INSERT ON "user_identities"
    FOR EACH ROW EXECUTE FUNCTION user_identities_keep_directory();

-- ---------------------------------------------------------------------------------------
-- Sessions of browsers. A row is a living session: one that ends leaves.

CREATE TABLE "sessions" (
    "user_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    -- SHA-256 of what the cookie holds.
    "token_hash" BYTEA NOT NULL,
    "issuer" TEXT NOT NULL,
    -- SHA-256 of the issuer and its name for the session there ("sid"), if it has given one.
    "provider_session" BYTEA,
    -- What tells the provider whose session to end when this one is signed out of.
    "id_token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    -- Moved on by use, never past "expires_at".
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("user_id", "id"),
    CONSTRAINT "sessions_user_id_issuer_fkey" FOREIGN KEY ("user_id", "issuer") REFERENCES "user_identities"("user_id", "issuer") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "sessions_token_hash_check" CHECK (octet_length("token_hash") = 32),
    CONSTRAINT "sessions_provider_session_check" CHECK (octet_length("provider_session") = 32),
    CONSTRAINT "sessions_id_token_check" CHECK (length("id_token") <= 16384),
    CONSTRAINT "sessions_idle_check" CHECK ("idle_expires_at" <= "expires_at")
);

CREATE INDEX "sessions_idle_expires_at_idx" ON "sessions"("idle_expires_at");

-- A browser arrives with a token, and a provider's message with its name for a session: both
-- lead to the tenant here. Kept by a trigger, and by the foreign key, alone.
CREATE TABLE "session_directory" (
    "token_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "provider_session" BYTEA,

    CONSTRAINT "session_directory_pkey" PRIMARY KEY ("token_hash"),
    CONSTRAINT "session_directory_user_id_session_id_fkey" FOREIGN KEY ("user_id", "session_id") REFERENCES "sessions"("user_id", "id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "session_directory_user_id_session_id_key" ON "session_directory"("user_id", "session_id");
CREATE INDEX "session_directory_provider_session_idx" ON "session_directory"("provider_session");

CREATE FUNCTION sessions_keep_directory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.session_directory (token_hash, user_id, session_id, provider_session)
    VALUES (NEW.token_hash, NEW.user_id, NEW.id, NEW.provider_session);
    RETURN NULL;
END $$;

CREATE TRIGGER sessions_keep_directory AFTER INSERT ON "sessions"
    FOR EACH ROW EXECUTE FUNCTION sessions_keep_directory();

-- ---------------------------------------------------------------------------------------
-- Before anybody is known.

-- A sign-in under way. Its secrets are not here: they are made of what the browser's cookie
-- holds. The row is taken out by the one callback that may use it.
CREATE TABLE "sign_in_attempts" (
    "state_hash" BYTEA NOT NULL,
    "browser_hash" BYTEA NOT NULL,
    "return_to" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_attempts_pkey" PRIMARY KEY ("state_hash"),
    CONSTRAINT "sign_in_attempts_return_to_check" CHECK (length("return_to") <= 512)
);

CREATE INDEX "sign_in_attempts_expires_at_idx" ON "sign_in_attempts"("expires_at");

-- Logout tokens that a provider has sent, for as long as one could be sent again.
CREATE TABLE "used_logout_tokens" (
    "token_hash" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_logout_tokens_pkey" PRIMARY KEY ("token_hash")
);

CREATE INDEX "used_logout_tokens_expires_at_idx" ON "used_logout_tokens"("expires_at");

REVOKE EXECUTE ON FUNCTION user_identities_keep_directory(), sessions_keep_directory() FROM PUBLIC;

-- ---------------------------------------------------------------------------------------
-- The key with which the console tries operations out: it counts like any other, and nobody
-- has its secret.

ALTER TABLE "api_keys" ADD COLUMN "playground" BOOLEAN NOT NULL DEFAULT false;

-- ---------------------------------------------------------------------------------------
-- Row-level security, as on every table of a tenant.

DO $$
DECLARE
    table_name text;
BEGIN
    FOREACH table_name IN ARRAY ARRAY['user_identities', 'sessions'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', table_name);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', table_name);
        EXECUTE format(
            $policy$CREATE POLICY tenant ON %I
                USING (user_id = nullif(current_setting('app.tenant_id', true), '')::uuid)
                WITH CHECK (user_id = nullif(current_setting('app.tenant_id', true), '')::uuid)$policy$,
            table_name
        );
        EXECUTE format(
            'CREATE POLICY system ON %I TO nomosly_worker USING (true) WITH CHECK (true)',
            table_name
        );
    END LOOP;
END $$;

ALTER POLICY "tenant" ON "audit_outbox" TO "nomosly_vision", "nomosly_keys", "nomosly_billing", "nomosly_webhook", "nomosly_admin", "nomosly_console";
ALTER POLICY "tenant" ON "audit_events" TO "nomosly_admin", "nomosly_console";
CREATE POLICY "tenant" ON "audit_heads" FOR SELECT TO "nomosly_console" USING ("tenant_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);

-- ---------------------------------------------------------------------------------------
-- Grants.

-- Makes and finds customers, starts and ends their sessions, shows them their audit trail.
GRANT SELECT, INSERT ON "users" TO "nomosly_console";
GRANT SELECT, INSERT, UPDATE ("email", "name") ON "user_identities" TO "nomosly_console";
GRANT SELECT, INSERT, DELETE, UPDATE ("idle_expires_at") ON "sessions" TO "nomosly_console";
GRANT SELECT ON "user_directory", "identity_directory", "session_directory" TO "nomosly_console";
GRANT SELECT, INSERT, DELETE ON "sign_in_attempts" TO "nomosly_console";
GRANT INSERT ON "used_logout_tokens" TO "nomosly_console";
GRANT INSERT ON "audit_outbox" TO "nomosly_console";
GRANT SELECT ON "audit_events", "audit_heads" TO "nomosly_console";

-- Tells a key of the console's from the others.
GRANT SELECT ("playground") ON "api_keys" TO "nomosly_keys";

-- Clears away what has expired.
GRANT SELECT ("user_id", "id", "idle_expires_at"), DELETE ON "sessions" TO "nomosly_worker";
GRANT SELECT ("expires_at"), DELETE ON "sign_in_attempts" TO "nomosly_worker";
GRANT SELECT ("expires_at"), DELETE ON "used_logout_tokens" TO "nomosly_worker";
