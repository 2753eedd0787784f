-- "migrate reset" recreates the schema without its default grant.
GRANT USAGE ON SCHEMA public TO PUBLIC;

CREATE TABLE "users" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "email" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "users_pkey" PRIMARY KEY ("id"),
    -- 320 is the longest address that RFC 3696 (erratum 1690) allows to exist.
    CONSTRAINT "users_email_check" CHECK ("email" = lower("email") AND length("email") BETWEEN 3 AND 320)
);

CREATE UNIQUE INDEX "users_email_key" ON "users"("email");

CREATE TABLE "api_keys" (
    "user_id" UUID NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "secret_hash" BYTEA NOT NULL,
    "scopes" TEXT[] NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("user_id", "id"),
    CONSTRAINT "api_keys_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "api_keys_secret_hash_check" CHECK (octet_length("secret_hash") = 32),
    CONSTRAINT "api_keys_scopes_check" CHECK (
        "scopes" <@ ARRAY['faces:detect', 'faces:compare', 'labels:detect', 'text:detect']
        AND cardinality("scopes") > 0
    ),
    CONSTRAINT "api_keys_name_check" CHECK (length("name") <= 100)
);

CREATE TABLE "api_key_directory" (
    "key_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "api_key_directory_pkey" PRIMARY KEY ("key_id"),
    CONSTRAINT "api_key_directory_user_id_key_id_fkey" FOREIGN KEY ("user_id", "key_id") REFERENCES "api_keys"("user_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "api_key_directory_user_id_key_id_key" ON "api_key_directory"("user_id", "key_id");

-- A revocation is for good, and a key never becomes another key. The rule stands
-- here so that no code path, and nobody with a SQL prompt, gets round it by accident.
CREATE FUNCTION api_keys_keep_identity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at THEN
        RAISE EXCEPTION 'a revoked API key cannot be reactivated' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.user_id, NEW.id, NEW.secret_hash, NEW.created_at)
        IS DISTINCT FROM (OLD.user_id, OLD.id, OLD.secret_hash, OLD.created_at) THEN
        RAISE EXCEPTION 'the identity of an API key cannot be changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER api_keys_keep_identity BEFORE UPDATE ON "api_keys"
    FOR EACH ROW EXECUTE FUNCTION api_keys_keep_identity();

-- A deleted key could be inserted again with its old hash, which would reactivate it.
CREATE FUNCTION api_keys_refuse_delete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'API keys are revoked, not deleted' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER api_keys_refuse_delete BEFORE DELETE ON "api_keys"
    FOR EACH ROW EXECUTE FUNCTION api_keys_refuse_delete();

CREATE TABLE "usage_records" (
    "user_id" UUID NOT NULL,
    "event_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "status" SMALLINT NOT NULL,
    "occurred_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "usage_records_pkey" PRIMARY KEY ("user_id", "event_id"),
    CONSTRAINT "usage_records_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE
) PARTITION BY HASH ("user_id");

DO $$
BEGIN
    FOR remainder IN 0..7 LOOP
        EXECUTE format(
            'CREATE TABLE usage_records_p%s PARTITION OF usage_records FOR VALUES WITH (MODULUS 8, REMAINDER %s)',
            remainder, remainder
        );
    END LOOP;
END $$;

CREATE INDEX "usage_records_user_id_key_id_occurred_at_idx" ON "usage_records"("user_id", "key_id", "occurred_at");

-- The decoy: a look-up for a key id that does not exist reads this row instead, so that it
-- costs what a look-up for one that does exist costs. Its hash has no known origin, and it
-- is revoked.
WITH nobody AS (
    INSERT INTO "users" ("email") VALUES ('nobody@invalid') RETURNING "id"
), decoy AS (
    INSERT INTO "api_keys" ("user_id", "id", "name", "secret_hash", "scopes", "revoked_at")
    SELECT "id", 'nmk_test_0000000000000000000000', 'decoy',
        sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')),
        ARRAY['text:detect'], CURRENT_TIMESTAMP
    FROM nobody
    RETURNING "user_id", "id"
)
INSERT INTO "api_key_directory" ("key_id", "user_id") SELECT "id", "user_id" FROM decoy;
