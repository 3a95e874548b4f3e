-- The newest rows first, page by page: Derby reads an index in its own direction only, and sorted the whole table for each page.

CREATE INDEX audit_records_newest ON audit_records (id DESC);
