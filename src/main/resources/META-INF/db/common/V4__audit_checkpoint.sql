-- One row: the last row that retention removed. The chain of what is left begins there; the signature, made with the
-- server's secret, tells a removal by retention from one by hand.
CREATE TABLE audit_checkpoint (
    id           INTEGER PRIMARY KEY,
    removed_id   BIGINT NOT NULL,
    removed_hash CHAR(64) NOT NULL,
    signed_by    VARCHAR(16) NOT NULL,
    signature    CHAR(64) NOT NULL
);
