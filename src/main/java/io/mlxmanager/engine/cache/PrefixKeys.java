package io.mlxmanager.engine.cache;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Names of blocks of keys and values outside the process. A name stands for the model as it is computed here, for all tokens
 * from the first to the block's last, and for a salt of the tenant that only this server can derive: nobody can tell by a name
 * what was asked, and the same prompt of another tenant has other names. Immutable.
 */
public final class PrefixKeys {

    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec secret;
    private final byte[] model;

    /**
     * @param secret of the server, at least 32 bytes
     * @param model whatever the values of keys and values depend on besides the tokens
     */
    public PrefixKeys(byte[] secret, byte[] model) {
        this.secret = new SecretKeySpec(secret, MAC);
        this.model = model.clone();
    }

    /** What the first block of a tenant's prompts stands on. */
    String root(String tenant) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(secret);
            return hash(mac.doFinal(tenant.getBytes(StandardCharsets.UTF_8)), model);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + MAC, e);
        }
    }

    /** The name of the block of those tokens behind another. */
    String next(String parent, int[] tokens, int from, int to) {
        ByteBuffer bytes = ByteBuffer.allocate((to - from) * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < to; i++) {
            bytes.putInt(tokens[i]);
        }
        return hash(parent.getBytes(StandardCharsets.US_ASCII), bytes.array());
    }

    /** The names of the whole blocks among the first {@code most} tokens. */
    public List<String> chain(String tenant, int[] tokens, int most, int block) {
        List<String> names = new ArrayList<>();
        String parent = root(tenant);
        for (int at = 0; at + block <= most; at += block) {
            parent = next(parent, tokens, at, at + block);
            names.add(parent);
        }
        return names;
    }

    private static String hash(byte[] first, byte[] second) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(first);
            digest.update(second);
            return HexFormat.of().formatHex(digest.digest());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
