-- Users of a trusted issuer: whose token stands for which user. The id is the SHA-256 of issuer and subject.

CREATE TABLE external_logins (
    id      CHAR(64) PRIMARY KEY,
    issuer  VARCHAR(1024) NOT NULL,
    subject VARCHAR(1024) NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE
);
