-- What a migration says about tenants. Copy it, and put your roles, tables and columns in:
-- shop_api answers requests, shop_worker is the role of asSystem; a row of shops is a tenant.
-- Roles come first, the schema after the tables and functions, grants last.

-- A role is there already when another database of the server, or an earlier life of this
-- one, has created it. It gets its password from whoever deploys.
DO $$ BEGIN
    CREATE ROLE "shop_api" LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;
DO $$ BEGIN
    CREATE ROLE "shop_worker" LOGIN
        NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;
END $$;

CREATE TABLE "shops" (
    "id" uuid NOT NULL,
    PRIMARY KEY ("id")
);

-- The tenant column comes first in every key, in foreign keys too.
CREATE TABLE "orders" (
    "shop_id" uuid NOT NULL REFERENCES "shops" ("id"),
    "id" uuid NOT NULL,
    "note" text NOT NULL,
    "due" date NOT NULL,
    PRIMARY KEY ("shop_id", "id")
) PARTITION BY HASH ("shop_id");

-- Nobody is granted anything on a partition: the policies of its table do not hold there.
CREATE TABLE "orders_p0" PARTITION OF "orders" FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "orders_p1" PARTITION OF "orders" FOR VALUES WITH (MODULUS 2, REMAINDER 1);

ALTER TABLE "shops" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "shops" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "shops"
    USING ("id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "shops" TO "shop_worker" USING (true) WITH CHECK (true);

ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "orders" FORCE ROW LEVEL SECURITY;
CREATE POLICY "tenant" ON "orders"
    USING ("shop_id" = nullif(current_setting('app.tenant_id', true), '')::uuid)
    WITH CHECK ("shop_id" = nullif(current_setting('app.tenant_id', true), '')::uuid);
CREATE POLICY "system" ON "orders" TO "shop_worker" USING (true) WITH CHECK (true);

-- "migrate reset" drops the schema, and with it who may use it.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC;
REVOKE ALL ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "shop_api", "shop_worker";

GRANT SELECT, INSERT ON "orders" TO "shop_api";
GRANT UPDATE ("note", "due") ON "orders" TO "shop_api";
GRANT SELECT, DELETE ON "orders" TO "shop_worker";
