package io.mlxmanager.manage.audit;

import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.secrets.SecretRing;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The one row that says up to where retention removed the chain, signed with the server's secret. */
@Entity
@Table(name = "audit_checkpoint")
public class AuditCheckpoint {

    /** The id of the only row. */
    static final int ONLY = 1;

    @Id
    private int id = ONLY;

    @Column(name = "removed_id")
    private long removedId;

    @Column(name = "removed_hash")
    private String removedHash;

    @Column(name = "signed_by")
    private String signedBy;

    private String signature;

    /** For the persistence provider. */
    protected AuditCheckpoint() {}

    /** Everything up to this row is removed. */
    AuditCheckpoint(AuditRow last, SecretRing secrets) {
        move(last, secrets);
    }

    final void move(AuditRow last, SecretRing secrets) {
        removedId = last.id();
        removedHash = last.hash();
        signedBy = secrets.current().id();
        signature = sign(secrets.current());
    }

    public long getRemovedId() {
        return removedId;
    }

    public String getRemovedHash() {
        return removedHash;
    }

    /** Whether the signature is ours; empty when the secret it was made with is not configured any more. */
    Optional<Boolean> isGenuine(SecretRing secrets) {
        return secrets.find(signedBy)
                .map(generation -> Digests.equal(
                        sign(generation).getBytes(StandardCharsets.US_ASCII),
                        signature.getBytes(StandardCharsets.US_ASCII)));
    }

    private String sign(SecretRing.Generation generation) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(generation.key(), "HmacSHA256"));
            String text = "audit checkpoint " + removedId + " " + removedHash;
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
