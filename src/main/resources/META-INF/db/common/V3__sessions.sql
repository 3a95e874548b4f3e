-- Tokens that were ended one by one before their expiry; a row may go once its token has expired.
CREATE TABLE ended_tokens (
    token_id   VARCHAR(64) PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

CREATE INDEX ended_tokens_expiry ON ended_tokens (expires_at);

-- Whom or what a security event concerned, e.g. the address a login was tried for.
ALTER TABLE audit_records ADD COLUMN subject VARCHAR(255);
