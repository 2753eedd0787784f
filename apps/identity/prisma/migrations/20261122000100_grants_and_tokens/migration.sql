-- What the OAuth endpoints keep. A token or a code is never here, only its SHA-256, and each
-- is used up by one UPDATE … WHERE consumed_at IS NULL.

CREATE TABLE "interactions" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "request" JSONB NOT NULL,
    "state" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "interactions_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "interactions_digest_check" CHECK (octet_length("digest") = 32),
    CONSTRAINT "interactions_mode_check" CHECK ("mode" IN ('live', 'test'))
);

CREATE TABLE "pushed_requests" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "parameters" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),

    CONSTRAINT "pushed_requests_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "pushed_requests_digest_check" CHECK (octet_length("digest") = 32),
    CONSTRAINT "pushed_requests_mode_check" CHECK ("mode" IN ('live', 'test'))
);

CREATE TABLE "grants" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "authorization" JSONB NOT NULL,
    "dpop_jkt" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,

    CONSTRAINT "grants_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "grants_mode_check" CHECK ("mode" IN ('live', 'test'))
);

CREATE TABLE "authorization_codes" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "authorization" JSONB NOT NULL,
    "redirect_uri" TEXT NOT NULL,
    "code_challenge" TEXT NOT NULL,
    "dpop_jkt" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "grant_id" UUID,

    CONSTRAINT "authorization_codes_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "authorization_codes_digest_check" CHECK (octet_length("digest") = 32),
    CONSTRAINT "authorization_codes_mode_check" CHECK ("mode" IN ('live', 'test'))
) PARTITION BY HASH ("org_id");

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE authorization_codes_p%s PARTITION OF authorization_codes FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
    END LOOP;
END $$;

CREATE TABLE "refresh_tokens" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "grant_id" UUID NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "consumed_at" TIMESTAMPTZ(3),
    "sealed_successor" BYTEA,
    "sealed_until" TIMESTAMPTZ(3),

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "refresh_tokens_digest_check" CHECK (octet_length("digest") = 32)
) PARTITION BY HASH ("org_id");

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE refresh_tokens_p%s PARTITION OF refresh_tokens FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
    END LOOP;
END $$;

CREATE TABLE "device_codes" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "user_code_digest" BYTEA NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "scopes" TEXT[],
    "resources" TEXT[],
    "interval_seconds" INTEGER NOT NULL,
    "last_polled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "decided_at" TIMESTAMPTZ(3),
    "authorization" JSONB,
    "consumed_at" TIMESTAMPTZ(3),
    "grant_id" UUID,

    CONSTRAINT "device_codes_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "device_codes_digest_check" CHECK (octet_length("digest") = 32 AND octet_length("user_code_digest") = 32),
    CONSTRAINT "device_codes_mode_check" CHECK ("mode" IN ('live', 'test'))
);

CREATE TABLE "logout_deliveries" (
    "org_id" UUID NOT NULL,
    "id" UUID NOT NULL,
    "mode" TEXT NOT NULL,
    "application_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "session_id" UUID NOT NULL,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_status" INTEGER,
    "last_error" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "logout_deliveries_pkey" PRIMARY KEY ("org_id","id"),
    CONSTRAINT "logout_deliveries_mode_check" CHECK ("mode" IN ('live', 'test')),
    CONSTRAINT "logout_deliveries_status_check" CHECK ("status" IN ('pending', 'delivered', 'failed'))
);

CREATE TABLE "revoked_access_tokens" (
    "org_id" UUID NOT NULL,
    "jti" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "revoked_access_tokens_pkey" PRIMARY KEY ("org_id","jti")
);

CREATE TABLE "seen_jtis" (
    "org_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seen_jtis_pkey" PRIMARY KEY ("org_id","digest"),
    CONSTRAINT "seen_jtis_digest_check" CHECK (octet_length("digest") = 32)
);

CREATE INDEX "interactions_expires_at_idx" ON "interactions"("expires_at");

CREATE INDEX "pushed_requests_expires_at_idx" ON "pushed_requests"("expires_at");

CREATE INDEX "grants_org_id_user_id_idx" ON "grants"("org_id", "user_id");

CREATE INDEX "grants_org_id_application_id_idx" ON "grants"("org_id", "application_id");

CREATE INDEX "grants_org_id_session_id_idx" ON "grants"("org_id", "session_id");

CREATE INDEX "grants_expires_at_idx" ON "grants"("expires_at");

CREATE INDEX "authorization_codes_expires_at_idx" ON "authorization_codes"("expires_at");

CREATE INDEX "refresh_tokens_org_id_grant_id_idx" ON "refresh_tokens"("org_id", "grant_id");

CREATE INDEX "refresh_tokens_expires_at_idx" ON "refresh_tokens"("expires_at");

CREATE INDEX "device_codes_expires_at_idx" ON "device_codes"("expires_at");

CREATE UNIQUE INDEX "device_codes_org_id_user_code_digest_key" ON "device_codes"("org_id", "user_code_digest");

CREATE INDEX "logout_deliveries_created_at_idx" ON "logout_deliveries"("created_at");

CREATE INDEX "revoked_access_tokens_expires_at_idx" ON "revoked_access_tokens"("expires_at");

CREATE INDEX "seen_jtis_expires_at_idx" ON "seen_jtis"("expires_at");

ALTER TABLE "grants" ADD CONSTRAINT "grants_org_id_application_id_fkey" FOREIGN KEY ("org_id", "application_id") REFERENCES "applications"("org_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE "grants" ADD CONSTRAINT "grants_org_id_user_id_fkey" FOREIGN KEY ("org_id", "user_id") REFERENCES "users"("org_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the sweeper looks for, and nothing else.
CREATE INDEX "logout_deliveries_due" ON "logout_deliveries"("due_at") WHERE "status" = 'pending';

CREATE TRIGGER grants_keep_mode BEFORE UPDATE ON "grants" FOR EACH ROW EXECUTE FUNCTION keep_mode();

-- A revoked family stays dead, and a used token stays used: no code path can bring one back.
CREATE FUNCTION grants_stay_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked grant stays revoked' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grants_stay_revoked BEFORE UPDATE ON "grants"
    FOR EACH ROW EXECUTE FUNCTION grants_stay_revoked();

CREATE FUNCTION stay_consumed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.consumed_at IS NOT NULL AND NEW.consumed_at IS DISTINCT FROM OLD.consumed_at THEN
        RAISE EXCEPTION 'a used row of % stays used', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER authorization_codes_stay_consumed BEFORE UPDATE ON "authorization_codes" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE TRIGGER refresh_tokens_stay_consumed BEFORE UPDATE ON "refresh_tokens" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE TRIGGER device_codes_stay_consumed BEFORE UPDATE ON "device_codes" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
CREATE TRIGGER pushed_requests_stay_consumed BEFORE UPDATE ON "pushed_requests" FOR EACH ROW EXECUTE FUNCTION stay_consumed();
