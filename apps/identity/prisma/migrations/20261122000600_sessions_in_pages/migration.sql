-- The sessions of an organization are listed from the newest, page by page.
CREATE INDEX "sessions_org_id_mode_created_at_id_idx" ON "sessions"("org_id", "mode", "created_at", "id");
