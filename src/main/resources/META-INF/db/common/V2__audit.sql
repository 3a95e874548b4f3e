-- One row per request that used a model and per security event; never prompts or answers.
-- The id is given by the writer, without gaps, and is part of what the hash covers.

CREATE TABLE audit_records (
    id                BIGINT PRIMARY KEY,
    recorded_at       BIGINT NOT NULL,
    kind              VARCHAR(16) NOT NULL,
    request_id        VARCHAR(128) NOT NULL,
    user_id           BIGINT,
    key_id            VARCHAR(64),
    client_address    VARCHAR(64),
    model             VARCHAR(255),
    profile           VARCHAR(255),
    backend_type      VARCHAR(64),
    endpoint          VARCHAR(255) NOT NULL,
    status            VARCHAR(16) NOT NULL,
    finish_reason     VARCHAR(32),
    prompt_tokens     INTEGER,
    completion_tokens INTEGER,
    cached_tokens     INTEGER,
    queue_ms          BIGINT,
    first_token_ms    BIGINT,
    duration_ms       BIGINT NOT NULL,
    error_type        VARCHAR(128),
    error_message     VARCHAR(500),
    prev_hash         CHAR(64) NOT NULL,
    hash              CHAR(64) NOT NULL
);

CREATE INDEX audit_records_time ON audit_records (recorded_at);
CREATE INDEX audit_records_user ON audit_records (user_id, id);
CREATE INDEX audit_records_model ON audit_records (model, id);
CREATE INDEX audit_records_request ON audit_records (request_id);

-- One row: the end of the chain. Writers lock it, so that ids and hashes follow each other whoever writes.
CREATE TABLE audit_chain (
    id        INTEGER PRIMARY KEY,
    last_id   BIGINT NOT NULL,
    last_hash CHAR(64) NOT NULL
);

INSERT INTO audit_chain (id, last_id, last_hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
