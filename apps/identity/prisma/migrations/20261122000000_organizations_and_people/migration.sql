-- "migrate reset" recreates the schema without its default grant.
GRANT USAGE ON SCHEMA public TO PUBLIC;

CREATE TABLE "organizations" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "logo_url" TEXT,
    "primary_color" TEXT NOT NULL DEFAULT '#1f4fd8',
    "background_color" TEXT NOT NULL DEFAULT '#f5f6f8',
    "access_token_ttl" INTEGER NOT NULL DEFAULT 300,
    "id_token_ttl" INTEGER NOT NULL DEFAULT 300,
    "refresh_token_idle_ttl" INTEGER NOT NULL DEFAULT 1209600,
    "refresh_token_ttl" INTEGER NOT NULL DEFAULT 7776000,
    "session_idle_ttl" INTEGER NOT NULL DEFAULT 86400,
    "session_ttl" INTEGER NOT NULL DEFAULT 1209600,
    "refresh_leeway" INTEGER NOT NULL DEFAULT 0,
    "password_min_length" INTEGER NOT NULL DEFAULT 15,
    "signing_key_days" INTEGER NOT NULL DEFAULT 30,

    CONSTRAINT "organizations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "organizations_name_check" CHECK (length("name") BETWEEN 1 AND 100),
    CONSTRAINT "organizations_colors_check" CHECK ("primary_color" ~ '^#[0-9a-f]{6}$' AND "background_color" ~ '^#[0-9a-f]{6}$'),
    -- A resource server believes an access token for as long as it lives: a day at most.
    CONSTRAINT "organizations_lifetimes_check" CHECK ("access_token_ttl" BETWEEN 30 AND 86400 AND "id_token_ttl" BETWEEN 30 AND 86400 AND "refresh_token_idle_ttl" BETWEEN 60 AND "refresh_token_ttl" AND "refresh_token_ttl" <= 31622400 AND "session_idle_ttl" BETWEEN 60 AND "session_ttl" AND "session_ttl" <= 31622400),
    CONSTRAINT "organizations_refresh_leeway_check" CHECK ("refresh_leeway" BETWEEN 0 AND 30),
    CONSTRAINT "organizations_password_min_length_check" CHECK ("password_min_length" BETWEEN 8 AND 64),
    CONSTRAINT "organizations_signing_key_days_check" CHECK ("signing_key_days" BETWEEN 1 AND 366)
);

CREATE TABLE "organization_directory" (
    "slug" TEXT NOT NULL,
    "org_id" UUID NOT NULL,
    "mode" TEXT NOT NULL,

    CONSTRAINT "organization_directory_pkey" PRIMARY KEY ("slug"),
    CONSTRAINT "organization_directory_mode_check" CHECK ("mode" IN ('live', 'test')),
    -- One label of a path; the name of the test side is that of the live side and "-test".
    CONSTRAINT "organization_directory_slug_check" CHECK ("slug" ~ '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' AND length("slug") BETWEEN 2 AND 45 AND ("mode" = 'test') = ("slug" LIKE '%-test'))
);

CREATE TABLE "applications" (
    "org_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),
    "logo_url" TEXT,
    "redirect_uris" TEXT[],
    "post_logout_redirect_uris" TEXT[],
    "backchannel_logout_uri" TEXT,
    "token_endpoint_auth_method" TEXT NOT NULL,
    "jwks" JSONB,
    "jwks_uri" TEXT,
    "grant_types" TEXT[],
    "scopes" TEXT[],
    "resources" TEXT[],
    "default_resource" TEXT,
    "first_party" BOOLEAN NOT NULL DEFAULT false,
    "refresh_leeway" INTEGER,
    "dpop_bound" BOOLEAN NOT NULL DEFAULT false,
    "par_required" BOOLEAN NOT NULL DEFAULT false,
    "may_introspect" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "applications_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "applications_id_check" CHECK ("id" ~ '^nma_(live|test)_[0-9A-Za-z]{22}$' AND split_part("id", '_', 2) = "mode"),
    CONSTRAINT "applications_type_check" CHECK ("type" IN ('web', 'single_page', 'native', 'machine')),
    CONSTRAINT "applications_name_check" CHECK (length("name") BETWEEN 1 AND 100),
    CONSTRAINT "applications_method_check" CHECK ("token_endpoint_auth_method" IN ('none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt')),
    -- A program that anybody can take apart cannot keep a secret; one that acts for itself has to.
    CONSTRAINT "applications_client_type_check" CHECK (("type" IN ('single_page', 'native')) = ("token_endpoint_auth_method" = 'none')),
    CONSTRAINT "applications_grant_types_check" CHECK ("grant_types" <@ ARRAY['authorization_code', 'refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:device_code']),
    CONSTRAINT "applications_client_credentials_check" CHECK ("token_endpoint_auth_method" <> 'none' OR NOT 'client_credentials' = ANY ("grant_types")),
    CONSTRAINT "applications_refresh_leeway_check" CHECK ("refresh_leeway" BETWEEN 0 AND 30),
    CONSTRAINT "applications_keys_check" CHECK ("jwks" IS NULL OR "jwks_uri" IS NULL)
);

CREATE TABLE "application_secrets" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "application_id" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "hint" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "application_secrets_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "application_secrets_digest_check" CHECK (octet_length("digest") = 32)
);

CREATE TABLE "resource_servers" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_servers_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "resource_servers_mode_check" CHECK ("mode" IN ('live', 'test')),
    CONSTRAINT "resource_servers_identifier_check" CHECK (length("identifier") BETWEEN 1 AND 2000)
);

CREATE TABLE "users" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "name" TEXT,
    "password_hash" TEXT,
    "password_changed_at" TIMESTAMPTZ(3),
    "status" TEXT NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sign_in_at" TIMESTAMPTZ(3),

    CONSTRAINT "users_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "users_mode_check" CHECK ("mode" IN ('live', 'test')),
    -- 320 is the longest address that RFC 3696 (erratum 1690) allows to exist.
    CONSTRAINT "users_email_check" CHECK ("email" = lower("email") AND length("email") BETWEEN 3 AND 320),
    CONSTRAINT "users_name_check" CHECK (length("name") <= 200),
    CONSTRAINT "users_password_hash_check" CHECK ("password_hash" LIKE '$argon2id$%'),
    CONSTRAINT "users_status_check" CHECK ("status" IN ('active', 'deactivated'))
);

CREATE TABLE "sessions" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "token_digest" BYTEA NOT NULL,
    "auth_time" TIMESTAMPTZ(3) NOT NULL,
    "acr" TEXT,
    "amr" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "idle_expires_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,
    "ip" TEXT,
    "user_agent" TEXT,

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "sessions_mode_check" CHECK ("mode" IN ('live', 'test')),
    CONSTRAINT "sessions_token_digest_check" CHECK (octet_length("token_digest") = 32)
) PARTITION BY HASH ("org_id");

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE sessions_p%s PARTITION OF sessions FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
    END LOOP;
END $$;

CREATE TABLE "signing_keys" (
    "org_id" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "mode" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "private_box" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "activated_at" TIMESTAMPTZ(3),
    "retiring_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),

    CONSTRAINT "signing_keys_pkey" PRIMARY KEY ("org_id","kid"),
    CONSTRAINT "signing_keys_mode_check" CHECK ("mode" IN ('live', 'test')),
    CONSTRAINT "signing_keys_status_check" CHECK ("status" IN ('next', 'active', 'retiring', 'gone')),
    -- A key that is gone can never sign again.
    CONSTRAINT "signing_keys_private_box_check" CHECK (("status" = 'gone') = ("private_box" IS NULL))
);

CREATE TABLE "consents" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "application_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "granted_at" TIMESTAMPTZ(3) NOT NULL,
    "ip" TEXT,
    "user_agent" TEXT,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "consents_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "consents_mode_check" CHECK ("mode" IN ('live', 'test'))
);

CREATE TABLE "security_events" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "subject" TEXT,
    "data" JSONB NOT NULL,
    "ip" TEXT,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "security_events_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "security_events_mode_check" CHECK ("mode" IN ('live', 'test'))
) PARTITION BY HASH ("org_id");

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE security_events_p%s PARTITION OF security_events FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
    END LOOP;
END $$;

CREATE TABLE "webhook_endpoints" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "types" TEXT[],
    "secret_box" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "disabled_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_endpoints_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "webhook_endpoints_mode_check" CHECK ("mode" IN ('live', 'test')),
    CONSTRAINT "webhook_endpoints_url_check" CHECK (length("url") <= 2000)
);

CREATE TABLE "webhook_deliveries" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_deliveries_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "webhook_deliveries_status_check" CHECK ("status" IN ('pending', 'delivered', 'failed'))
);

CREATE TABLE "idempotency_keys" (
    "org_id" UUID NOT NULL,
    "caller" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "request_digest" BYTEA NOT NULL,
    "answer_box" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_keys_pkey" PRIMARY KEY ("org_id","caller","key"),
    CONSTRAINT "idempotency_keys_key_check" CHECK (length("key") BETWEEN 1 AND 255),
    CONSTRAINT "idempotency_keys_request_digest_check" CHECK (octet_length("request_digest") = 32)
);

CREATE UNIQUE INDEX "organization_directory_org_id_mode_key" ON "organization_directory"("org_id", "mode");

CREATE INDEX "applications_org_id_mode_created_at_id_idx" ON "applications"("org_id", "mode", "created_at", "id");

CREATE INDEX "application_secrets_org_id_application_id_idx" ON "application_secrets"("org_id", "application_id");

CREATE UNIQUE INDEX "resource_servers_org_id_mode_identifier_key" ON "resource_servers"("org_id", "mode", "identifier");

CREATE INDEX "users_org_id_mode_created_at_id_idx" ON "users"("org_id", "mode", "created_at", "id");

CREATE UNIQUE INDEX "users_org_id_mode_email_key" ON "users"("org_id", "mode", "email");

CREATE INDEX "sessions_org_id_user_id_created_at_idx" ON "sessions"("org_id", "user_id", "created_at");

CREATE INDEX "sessions_expires_at_idx" ON "sessions"("expires_at");

CREATE UNIQUE INDEX "sessions_org_id_token_digest_key" ON "sessions"("org_id", "token_digest");

CREATE INDEX "signing_keys_org_id_mode_status_idx" ON "signing_keys"("org_id", "mode", "status");

CREATE INDEX "consents_org_id_mode_granted_at_id_idx" ON "consents"("org_id", "mode", "granted_at", "id");

CREATE UNIQUE INDEX "consents_org_id_user_id_application_id_key" ON "consents"("org_id", "user_id", "application_id");

CREATE INDEX "security_events_org_id_mode_occurred_at_id_idx" ON "security_events"("org_id", "mode", "occurred_at", "id");

CREATE INDEX "webhook_endpoints_org_id_mode_created_at_id_idx" ON "webhook_endpoints"("org_id", "mode", "created_at", "id");

CREATE INDEX "webhook_deliveries_org_id_endpoint_id_created_at_idx" ON "webhook_deliveries"("org_id", "endpoint_id", "created_at");

CREATE INDEX "webhook_deliveries_created_at_idx" ON "webhook_deliveries"("created_at");

CREATE INDEX "idempotency_keys_created_at_idx" ON "idempotency_keys"("created_at");

ALTER TABLE "organization_directory" ADD CONSTRAINT "organization_directory_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "applications" ADD CONSTRAINT "applications_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "application_secrets" ADD CONSTRAINT "application_secrets_org_id_application_id_fkey" FOREIGN KEY ("org_id", "application_id") REFERENCES "applications"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "resource_servers" ADD CONSTRAINT "resource_servers_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "users" ADD CONSTRAINT "users_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "sessions" ADD CONSTRAINT "sessions_org_id_user_id_fkey" FOREIGN KEY ("org_id", "user_id") REFERENCES "users"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "signing_keys" ADD CONSTRAINT "signing_keys_org_id_fkey" FOREIGN KEY ("org_id") REFERENCES "organizations"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "consents" ADD CONSTRAINT "consents_org_id_user_id_fkey" FOREIGN KEY ("org_id", "user_id") REFERENCES "users"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "consents" ADD CONSTRAINT "consents_org_id_application_id_fkey" FOREIGN KEY ("org_id", "application_id") REFERENCES "applications"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_org_id_endpoint_id_fkey" FOREIGN KEY ("org_id", "endpoint_id") REFERENCES "webhook_endpoints"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- One key signs, and one waits to take over.
CREATE UNIQUE INDEX "signing_keys_one_active" ON "signing_keys"("org_id", "mode") WHERE "status" = 'active';
CREATE UNIQUE INDEX "signing_keys_one_next" ON "signing_keys"("org_id", "mode") WHERE "status" = 'next';

-- What the sweeper looks for, and nothing else.
CREATE INDEX "webhook_deliveries_due" ON "webhook_deliveries"("due_at") WHERE "status" = 'pending';

-- What belongs to one mode stays there, whatever a code path does: a user, an application or a
-- key that changed sides would take its tokens along.
CREATE FUNCTION keep_mode() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.org_id, NEW.mode) IS DISTINCT FROM (OLD.org_id, OLD.mode) THEN
        RAISE EXCEPTION 'a row of % cannot change its organization or mode', TG_TABLE_NAME
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER applications_keep_mode BEFORE UPDATE ON "applications" FOR EACH ROW EXECUTE FUNCTION keep_mode();
CREATE TRIGGER users_keep_mode BEFORE UPDATE ON "users" FOR EACH ROW EXECUTE FUNCTION keep_mode();
CREATE TRIGGER sessions_keep_mode BEFORE UPDATE ON "sessions" FOR EACH ROW EXECUTE FUNCTION keep_mode();
CREATE TRIGGER signing_keys_keep_mode BEFORE UPDATE ON "signing_keys" FOR EACH ROW EXECUTE FUNCTION keep_mode();

-- A key that is gone stays gone, and a kid names one key for good.
CREATE FUNCTION signing_keys_move_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'gone' OR (NEW.kid, NEW.public_jwk) IS DISTINCT FROM (OLD.kid, OLD.public_jwk)
        OR array_position(ARRAY['next', 'active', 'retiring', 'gone'], NEW.status)
            < array_position(ARRAY['next', 'active', 'retiring', 'gone'], OLD.status) THEN
        RAISE EXCEPTION 'a signing key only moves from next to active to retiring to gone'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signing_keys_move_forward BEFORE UPDATE ON "signing_keys"
    FOR EACH ROW EXECUTE FUNCTION signing_keys_move_forward();

-- A security event says what happened; nobody changes that afterwards.
CREATE FUNCTION security_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'security events are not changed' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER security_events_stay BEFORE UPDATE ON "security_events"
    FOR EACH ROW EXECUTE FUNCTION security_events_stay();
