-- What administrators change while the server runs. Secrets are sealed with the server's own.
CREATE TABLE settings (
    name       VARCHAR(100) PRIMARY KEY,
    content    VARCHAR(8000) NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What a probe found out about a model, as one JSON object.
CREATE TABLE model_capabilities (
    model_id  VARCHAR(200) PRIMARY KEY,
    content   VARCHAR(8000) NOT NULL,
    probed_at BIGINT NOT NULL
);
