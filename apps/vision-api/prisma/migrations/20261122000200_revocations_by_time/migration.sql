-- Every process lists the keys that were revoked of late, every few seconds; and all of them
-- whenever Redis comes back.
CREATE INDEX "api_key_directory_revoked_at_idx" ON "api_key_directory"("revoked_at");
