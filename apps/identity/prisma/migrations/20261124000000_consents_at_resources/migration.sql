-- A consent says at which resource servers, too: two may have scopes of one name. Whoever consented
-- before is asked once more where a request is for one.
ALTER TABLE "consents" ADD COLUMN "resource_scopes" TEXT[] DEFAULT ARRAY[]::TEXT[];
