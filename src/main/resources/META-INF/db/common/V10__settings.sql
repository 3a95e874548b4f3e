-- What administrators change while the server runs. Secrets are sealed with the server's own.
CREATE TABLE settings (
    name       VARCHAR(100) PRIMARY KEY,
    content    VARCHAR(8000) NOT NULL,
    updated_at BIGINT NOT NULL
);
