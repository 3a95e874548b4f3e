package io.mlxmanager.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** An OpenID provider as far as we need one: publishes its keys, signs tokens, can change its keys. */
public final class TokenIssuerServer implements AutoCloseable {

    public static final String ISSUER = "https://issuer.example.org/realm";
    public static final String AUDIENCE = "models";

    private final HttpServer http;
    private final List<PublicJsonWebKey> keys = new CopyOnWriteArrayList<>();
    private final AtomicInteger fetches = new AtomicInteger();

    public TokenIssuerServer() {
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        addRsaKey("rsa-1");
        http.createContext("/keys", exchange -> {
            fetches.incrementAndGet();
            byte[] body = new JsonWebKeySet(new ArrayList<>(keys))
                    .toJson(OutputControlLevel.PUBLIC_ONLY)
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        http.start();
    }

    /** Where the keys are. */
    public URI keysUrl() {
        return URI.create("http://localhost:" + http.getAddress().getPort() + "/keys");
    }

    /** How often the keys were asked for. */
    public int fetches() {
        return fetches.get();
    }

    public PublicJsonWebKey addRsaKey(String id) {
        try {
            return add(RsaJwkGenerator.generateJwk(2048), id, "RS256");
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    public PublicJsonWebKey addEcKey(String id) {
        try {
            return add(EcJwkGenerator.generateJwk(EllipticCurves.P256), id, "ES256");
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private PublicJsonWebKey add(PublicJsonWebKey key, String id, String algorithm) {
        key.setKeyId(id);
        key.setAlgorithm(algorithm);
        keys.add(key);
        return key;
    }

    public PublicJsonWebKey firstKey() {
        return keys.get(0);
    }

    /** A key that is not published. */
    public static PublicJsonWebKey foreignKey(String id) {
        try {
            PublicJsonWebKey key = RsaJwkGenerator.generateJwk(2048);
            key.setKeyId(id);
            key.setAlgorithm("RS256");
            return key;
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Good claims, to be changed by a test. */
    public static JwtClaims claims(String subject, String email, String... groups) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(AUDIENCE);
        claims.setSubject(subject);
        claims.setStringClaim("email", email);
        claims.setStringListClaim("groups", groups);
        claims.setIssuedAtToNow();
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setGeneratedJwtId();
        return claims;
    }

    public static JwtClaims expired(JwtClaims claims) {
        claims.setExpirationTime(NumericDate.fromSeconds(NumericDate.now().getValue() - 3600));
        return claims;
    }

    public static String sign(PublicJsonWebKey key, JwtClaims claims) {
        return sign(key, claims, Map.of());
    }

    /** @param headers added to, or in place of, those that belong to the key */
    public static String sign(PublicJsonWebKey key, JwtClaims claims, Map<String, String> headers) {
        try {
            JsonWebSignature signature = new JsonWebSignature();
            signature.setPayload(claims.toJson());
            signature.setKey(key.getPrivateKey());
            signature.setKeyIdHeaderValue(key.getKeyId());
            signature.setAlgorithmHeaderValue(key.getAlgorithm());
            headers.forEach(signature::setHeader);
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
