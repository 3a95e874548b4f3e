package io.mlxmanager.base.secrets;

import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.secrets.SecretRing.Generation;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwe.ContentEncryptionAlgorithmIdentifiers;
import org.jose4j.jwe.JsonWebEncryption;
import org.jose4j.jwe.KeyManagementAlgorithmIdentifiers;
import org.jose4j.lang.JoseException;

/**
 * Keeps what must be read back (keys of providers, tokens of services) unreadable in the database: JWE compact, A256KW
 * and A256GCM, content key and initialisation vector random for each message, key encryption key the SHA-256 of the
 * secret, {@code kid} its generation. Immutable and safe for many threads.
 */
public final class Sealer {

    private static final AlgorithmConstraints KEY_WRAP =
            new AlgorithmConstraints(ConstraintType.PERMIT, KeyManagementAlgorithmIdentifiers.A256KW);
    private static final AlgorithmConstraints CONTENT =
            new AlgorithmConstraints(ConstraintType.PERMIT, ContentEncryptionAlgorithmIdentifiers.AES_256_GCM);

    private static final String EMPTY = "empty";

    private final SecretRing ring;

    public Sealer(SecretRing ring) {
        this.ring = ring;
    }

    /** @param text anything, empty included */
    public String seal(String text) {
        JsonWebEncryption message = new JsonWebEncryption();
        message.setAlgorithmHeaderValue(KeyManagementAlgorithmIdentifiers.A256KW);
        message.setEncryptionMethodHeaderParameter(ContentEncryptionAlgorithmIdentifiers.AES_256_GCM);
        message.setKeyIdHeaderValue(ring.current().id());
        message.setKey(key(ring.current()));
        // The library reads no message without content, so the empty text is a header beside a blank.
        if (text.isEmpty()) {
            message.setHeader(EMPTY, "true");
        }
        message.setPayload(text.isEmpty() ? " " : text);
        try {
            return message.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a value could not be sealed", e);
        }
    }

    /**
     * The text that was sealed.
     *
     * @throws SealBroken when it was sealed with a secret that is gone, was tampered with or is no sealed text at all
     */
    public String open(String sealed) {
        JsonWebEncryption message = new JsonWebEncryption();
        message.setAlgorithmConstraints(KEY_WRAP);
        message.setContentEncryptionAlgorithmConstraints(CONTENT);
        try {
            message.setCompactSerialization(sealed);
        } catch (JoseException e) {
            throw new SealBroken(e);
        }
        JoseException last = null;
        for (Generation generation : candidates(message.getKeyIdHeaderValue())) {
            try {
                message.setKey(key(generation));
                String text = message.getPayload();
                return message.getHeader(EMPTY) == null ? text : "";
            } catch (JoseException e) {
                last = e;
            }
        }
        throw new SealBroken(last);
    }

    /** Whether the text was sealed with an earlier secret and should be sealed anew when it is next used. */
    public boolean isOutdated(String sealed) {
        try {
            JsonWebEncryption message = new JsonWebEncryption();
            message.setCompactSerialization(sealed);
            return !ring.current().id().equals(message.getKeyIdHeaderValue());
        } catch (JoseException e) {
            throw new SealBroken(e);
        }
    }

    private List<Generation> candidates(String keyId) {
        return keyId == null ? ring.all() : ring.find(keyId).map(List::of).orElse(List.of());
    }

    private static SecretKeySpec key(Generation generation) {
        return new SecretKeySpec(Digests.sha256(generation.secret().bytes()), "AES");
    }
}
