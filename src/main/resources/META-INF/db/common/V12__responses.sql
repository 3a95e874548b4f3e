-- Responses that may be asked for and continued by whoever got them (user_id null: a program on this machine without a user),
-- until they expire. The text is JSON, cut into pieces because databases disagree about long texts.
CREATE TABLE responses (
    id         VARCHAR(64) PRIMARY KEY,
    user_id    BIGINT REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX responses_expiry ON responses (expires_at);

CREATE TABLE response_pieces (
    response_id VARCHAR(64) NOT NULL REFERENCES responses (id) ON DELETE CASCADE,
    part        INTEGER NOT NULL,
    content     VARCHAR(8000) NOT NULL,
    PRIMARY KEY (response_id, part)
);
