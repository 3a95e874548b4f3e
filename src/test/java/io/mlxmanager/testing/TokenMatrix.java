package io.mlxmanager.testing;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens of every kind that a door may meet, with the verdict each must get. Made with the JDK alone, so that a fault of
 * the library that signs and verifies in the product cannot hide itself.
 */
public final class TokenMatrix {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final byte[] secret;
    private final Instant now;

    /**
     * One token.
     *
     * @param reason why it must be refused, in the words of the verifier; empty when it must be accepted
     */
    public record Row(String name, String token, String reason) {

        public boolean accepted() {
            return reason.isEmpty();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Users the database must hold, approved, pending and disabled, all of token generation 0; the fourth must not exist. */
    public record Subjects(long approved, long pending, long disabled, long unknown) {}

    public TokenMatrix(String secret, Instant now) {
        this.secret = secret.getBytes(StandardCharsets.UTF_8);
        this.now = now;
    }

    public List<Row> rows(Subjects users) {
        String approved = Long.toString(users.approved());
        JsonObject good = claims(approved).build();
        String valid = sign("HS256", "HmacSHA256", secret, good);
        String[] parts = valid.split("\\.", -1);
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("valid", valid, ""));
        rows.add(row("expired", claims(approved).add("exp", at(Duration.ofHours(-1))), "EXPIRED"));
        rows.add(row("no expiry", claims(approved).remove("exp"), "CLAIMS"));
        rows.add(row("not yet valid", claims(approved).add("nbf", at(Duration.ofHours(1))), "NOT_YET_VALID"));
        rows.add(row("issued in the future", claims(approved).add("iat", at(Duration.ofHours(1))), "NOT_YET_VALID"));
        rows.add(row("missing sub", claims(approved).remove("sub"), "CLAIMS"));
        rows.add(row("sub of another type", claims(approved).add("sub", 1), "CLAIMS"));
        rows.add(row("sub that is no id", claims(approved).add("sub", "ada@example.org"), "UNKNOWN_USER"));
        rows.add(row("wrong issuer", claims(approved).add("iss", "somebody"), "ISSUER"));
        rows.add(row("no issuer", claims(approved).remove("iss"), "ISSUER"));
        rows.add(row("wrong audience", claims(approved).add("aud", "somebody"), "AUDIENCE"));
        rows.add(row("no audience", claims(approved).remove("aud"), "AUDIENCE"));
        rows.add(row("generation ended", claims(approved).add("gen", -1), "SUPERSEDED"));
        rows.add(row("no generation", claims(approved).remove("gen"), "CLAIMS"));
        String forged = BASE64.encodeToString(claims(approved)
                .add("groups", Json.createArrayBuilder().add("admin"))
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8));
        rows.add(new Row("tampered payload", parts[0] + "." + forged + "." + parts[2], "SIGNATURE"));
        rows.add(new Row("tampered signature", parts[0] + "." + parts[1] + "." + flip(parts[2]), "SIGNATURE"));
        rows.add(new Row("signature cut off", parts[0] + "." + parts[1] + ".", "SIGNATURE"));
        rows.add(new Row("alg none", unsigned("none", good), "ALGORITHM"));
        rows.add(new Row("alg None", unsigned("None", good), "ALGORITHM"));
        rows.add(new Row("HS512, same secret", sign("HS512", "HmacSHA512", secret, good), "ALGORITHM"));
        rows.add(new Row("RS256 header, secret as key", sign("RS256", "HmacSHA256", secret, good), "ALGORITHM"));
        rows.add(new Row(
                "placeholder as secret",
                sign(
                        "HS256",
                        "HmacSHA256",
                        "CHANGE_ME_IN_PRODUCTION_USE_ENV_VAR".getBytes(StandardCharsets.UTF_8),
                        good),
                "SIGNATURE"));
        rows.add(new Row(
                "unknown kid",
                signed("{\"alg\":\"HS256\",\"kid\":\"other\"}", "HmacSHA256", secret, good),
                "UNKNOWN_KEY"));
        rows.add(new Row(
                "critical extension",
                signed("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", "HmacSHA256", secret, good),
                "SIGNATURE|MALFORMED"));
        rows.add(row("unknown user", claims(Long.toString(users.unknown())), "UNKNOWN_USER"));
        rows.add(row("pending user", claims(Long.toString(users.pending())), "PENDING"));
        rows.add(row("disabled user", claims(Long.toString(users.disabled())), "DISABLED"));
        rows.add(new Row("empty", "", "MISSING"));
        rows.add(new Row("10 KB of garbage", "x".repeat(10_240), "MALFORMED"));
        rows.add(new Row("dots", "..", "MALFORMED"));
        rows.add(new Row("five parts", "a.b.c.d.e", "MALFORMED"));
        rows.add(new Row("payload that is no JSON", raw("{\"alg\":\"HS256\"}", "hello"), "CLAIMS"));
        return rows;
    }

    /** A token that must be accepted. */
    public String valid(long userId) {
        return sign("HS256", "HmacSHA256", secret, claims(Long.toString(userId)).build());
    }

    private Row row(String name, JsonObjectBuilder claims, String reason) {
        return new Row(name, sign("HS256", "HmacSHA256", secret, claims.build()), reason);
    }

    private JsonObjectBuilder claims(String subject) {
        return Json.createObjectBuilder(Json.createObjectBuilder()
                .add("iss", "mlx-manager")
                .add("aud", "mlx-manager")
                .add("sub", subject)
                .add("groups", Json.createArrayBuilder().add("user"))
                .add("iat", at(Duration.ZERO))
                .add("exp", at(Duration.ofHours(1)))
                .add("gen", 0)
                .build());
    }

    private long at(Duration fromNow) {
        return now.plus(fromNow).getEpochSecond();
    }

    private static String sign(String algorithm, String mac, byte[] key, JsonObject claims) {
        return signed("{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\"}", mac, key, claims);
    }

    private static String unsigned(String algorithm, JsonObject claims) {
        return encode("{\"typ\":\"JWT\",\"alg\":\"" + algorithm + "\"}") + "." + encode(claims.toString()) + ".";
    }

    private String raw(String header, String payload) {
        String content = encode(header) + "." + encode(payload);
        return content + "." + BASE64.encodeToString(mac("HmacSHA256", secret, content));
    }

    private static String signed(String header, String mac, byte[] key, JsonObject claims) {
        String content = encode(header) + "." + encode(claims.toString());
        return content + "." + BASE64.encodeToString(mac(mac, key, content));
    }

    private static byte[] mac(String algorithm, byte[] key, String content) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(content.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }

    private static String encode(String text) {
        return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String flip(String signature) {
        return (signature.charAt(0) == 'A' ? "B" : "A") + signature.substring(1);
    }
}
