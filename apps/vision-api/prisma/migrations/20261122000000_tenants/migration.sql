-- Tenants: one login role per function, row-level security on every table of a tenant, and
-- grants that hold each function to its own. docs/decisions and test/role-matrix.expected.md
-- tell the same in words.

-- ---------------------------------------------------------------------------------------
-- Roles. They belong to the whole server, which several databases share and several
-- migrations may reach at once: a role that is there already stays as it is, and the check
-- that every process makes at its start refuses one that may do too much.

DO $$
DECLARE
    role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY[
        'nomosly_vision', 'nomosly_keys', 'nomosly_billing',
        'nomosly_webhook', 'nomosly_admin', 'nomosly_worker'
    ] LOOP
        BEGIN
            EXECUTE format(
                'CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS',
                role_name
            );
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
    END LOOP;
END $$;

-- ---------------------------------------------------------------------------------------
-- Directories: the named exemptions. Each leads from something that a request brings along
-- to a tenant, and is kept by triggers alone: no runtime role may write one.

CREATE TABLE "user_directory" (
    "email" TEXT NOT NULL,
    "user_id" UUID NOT NULL,

    CONSTRAINT "user_directory_pkey" PRIMARY KEY ("email"),
    CONSTRAINT "user_directory_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "user_directory_user_id_key" ON "user_directory"("user_id");

INSERT INTO "user_directory" ("email", "user_id") SELECT "email", "id" FROM "users";

-- One address is one customer still: the directory's primary key says so.
DROP INDEX "users_email_key";

CREATE FUNCTION users_keep_directory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.user_directory (email, user_id) VALUES (NEW.email, NEW.id);
    ELSE
        UPDATE public.user_directory SET email = NEW.email WHERE user_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER users_keep_directory AFTER INSERT OR UPDATE OF "email" ON "users"
    FOR EACH ROW EXECUTE FUNCTION users_keep_directory();

-- When a key was revoked: the gate lists the revoked keys of all customers without a right
-- on their keys.
ALTER TABLE "api_key_directory" ADD COLUMN "revoked_at" TIMESTAMPTZ(3);

UPDATE "api_key_directory" SET "revoked_at" = "api_keys"."revoked_at"
FROM "api_keys"
WHERE "api_keys"."user_id" = "api_key_directory"."user_id"
    AND "api_keys"."id" = "api_key_directory"."key_id";

CREATE FUNCTION api_keys_keep_directory() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO public.api_key_directory (key_id, user_id, revoked_at)
        VALUES (NEW.id, NEW.user_id, NEW.revoked_at);
    ELSE
        UPDATE public.api_key_directory SET revoked_at = NEW.revoked_at WHERE key_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER api_keys_keep_directory AFTER INSERT OR UPDATE OF "revoked_at" ON "api_keys"
    FOR EACH ROW EXECUTE FUNCTION api_keys_keep_directory();

-- ---------------------------------------------------------------------------------------
-- The sums of usage, by hour. Not partitioned: a row a key, operation and hour stays small
-- where usage_records grows with every request.

CREATE TABLE "usage_hours" (
    "user_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    -- The beginning of the hour.
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "requests" BIGINT NOT NULL,
    "errors" BIGINT NOT NULL,

    CONSTRAINT "usage_hours_pkey" PRIMARY KEY ("user_id", "key_id", "operation", "hour"),
    CONSTRAINT "usage_hours_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "usage_hours_counts_check" CHECK ("errors" BETWEEN 0 AND "requests")
);

-- Whoever writes usage adds it up in the same transaction, without knowing of it and without
-- a right on the sums. An event that was there already is not in `added`. The order keeps
-- two writers from waiting for each other in a circle.
CREATE FUNCTION usage_records_add_up() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.usage_hours AS sums (user_id, key_id, operation, hour, requests, errors)
    SELECT user_id, key_id, operation, date_trunc('hour', occurred_at, 'UTC') AS hour,
        count(*), count(*) FILTER (WHERE status >= 400)
    FROM added
    GROUP BY 1, 2, 3, 4
    ORDER BY 1, 2, 3, 4
    ON CONFLICT (user_id, key_id, operation, hour) DO UPDATE
    SET requests = sums.requests + excluded.requests, errors = sums.errors + excluded.errors;
    RETURN NULL;
END $$;

-- Keeps writers away until the end of this migration, so the backfill below misses nothing.
CREATE TRIGGER usage_records_add_up AFTER INSERT ON "usage_records"
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION usage_records_add_up();

INSERT INTO "usage_hours" ("user_id", "key_id", "operation", "hour", "requests", "errors")
SELECT "user_id", "key_id", "operation", date_trunc('hour', "occurred_at", 'UTC'),
    count(*), count(*) FILTER (WHERE "status" >= 400)
FROM "usage_records"
GROUP BY 1, 2, 3, 4;

-- ---------------------------------------------------------------------------------------
-- What a key has used of its daily quota, while Redis cannot say.

CREATE TABLE "quota_counters" (
    "user_id" UUID NOT NULL,
    "key_id" TEXT NOT NULL,
    -- UTC.
    "day" DATE NOT NULL,
    "used" BIGINT NOT NULL,

    CONSTRAINT "quota_counters_pkey" PRIMARY KEY ("user_id", "key_id", "day"),
    CONSTRAINT "quota_counters_user_id_key_id_fkey" FOREIGN KEY ("user_id", "key_id") REFERENCES "api_keys"("user_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "quota_counters_used_check" CHECK ("used" >= 0)
);

-- A trigger of anybody's own temporary table must not run these with their owner's rights.
REVOKE EXECUTE ON FUNCTION users_keep_directory(), api_keys_keep_directory(), usage_records_add_up() FROM PUBLIC;

-- ---------------------------------------------------------------------------------------
-- Row-level security: a session sees the tenant that it has named, and nobody while it has
-- named none. Forced, so that it holds for the owner of the tables, too. The worker alone
-- sees all tenants.

DO $$
DECLARE
    tenant_table record;
BEGIN
    FOR tenant_table IN
        SELECT relation.oid::regclass AS name,
            CASE WHEN relation.relname = 'users' THEN 'id' ELSE 'user_id' END AS tenant
        FROM pg_class relation
        WHERE relation.relnamespace = 'public'::regnamespace
            AND (relation.relname IN ('users', 'api_keys', 'usage_records', 'usage_hours', 'quota_counters')
                OR relation.relname ~ '^usage_records_p\d+$')
            AND relation.relkind IN ('r', 'p')
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tenant_table.name);
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tenant_table.name);
        EXECUTE format(
            $policy$CREATE POLICY tenant ON %s
                USING (%2$I = nullif(current_setting('app.tenant_id', true), '')::uuid)
                WITH CHECK (%2$I = nullif(current_setting('app.tenant_id', true), '')::uuid)$policy$,
            tenant_table.name, tenant_table.tenant
        );
        EXECUTE format(
            'CREATE POLICY system ON %s TO nomosly_worker USING (true) WITH CHECK (true)',
            tenant_table.name
        );
    END LOOP;
END $$;

-- The trigger above runs as the owner, whom FORCE holds to a tenant: inside of triggers, and
-- there alone, the owner adds up the usage of several at once.
CREATE POLICY sums ON "usage_hours" TO CURRENT_USER
    USING (pg_trigger_depth() > 0) WITH CHECK (pg_trigger_depth() > 0);

-- ---------------------------------------------------------------------------------------
-- Grants. What is not named here is refused.

GRANT USAGE ON SCHEMA public
    TO nomosly_vision, nomosly_keys, nomosly_billing, nomosly_webhook, nomosly_admin, nomosly_worker;

-- Reads users and keys; writes a key's counter and its last use; adds usage, and reads its
-- sums, from which a lost counter is made anew.
GRANT SELECT ON "users", "api_keys", "api_key_directory", "usage_hours" TO nomosly_vision;
GRANT UPDATE ("last_used_at") ON "api_keys" TO nomosly_vision;
GRANT SELECT, INSERT, UPDATE ("used") ON "quota_counters" TO nomosly_vision;
GRANT INSERT ON "usage_records" TO nomosly_vision;

-- Makes and revokes keys, and customers on first sight; reads no hash of a secret.
GRANT SELECT, INSERT ON "users" TO nomosly_keys;
GRANT SELECT ON "user_directory", "api_key_directory" TO nomosly_keys;
GRANT INSERT,
    SELECT ("user_id", "id", "name", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"),
    UPDATE ("revoked_at")
    ON "api_keys" TO nomosly_keys;

-- Reads users and the sums of usage.
GRANT SELECT ON "users", "usage_hours" TO nomosly_billing;

-- Reads and writes users.
GRANT SELECT, INSERT, UPDATE ("email") ON "users" TO nomosly_webhook;

-- Looks after customers and their keys: sees no secret's hash, and can only take keys away.
GRANT SELECT ON "users", "user_directory", "api_key_directory", "usage_hours", "quota_counters" TO nomosly_admin;
GRANT SELECT ("user_id", "id", "name", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at"),
    UPDATE ("revoked_at")
    ON "api_keys" TO nomosly_admin;

-- Adds usage and moves the keys' last use on, for all customers.
GRANT INSERT ON "usage_records" TO nomosly_worker;
GRANT SELECT ("user_id", "id", "last_used_at"), UPDATE ("last_used_at") ON "api_keys" TO nomosly_worker;
