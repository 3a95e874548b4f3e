package io.mlxmanager.manage.keys;

import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.KeyGrant;
import io.mlxmanager.manage.identity.KeyLookup;
import jakarta.persistence.EntityManager;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys of programs. A key is {@code mlx_<public id>_<secret part>}; stored are the public id, by which it is found, and
 * a keyed hash of the whole, which is compared in constant time. After a rotation of the server's secret a key is hashed
 * anew when it is next used. Safe for many threads.
 */
public final class ApiKeys implements KeyLookup {

    private static final Pattern FORM = Pattern.compile("mlx_([0-9a-f]{12})_[A-Za-z0-9_-]{43}");
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);

    private final Transactions transactions;
    private final SecretRing secrets;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Instant> lastNoted = new ConcurrentHashMap<>();

    public ApiKeys(Transactions transactions, SecretRing secrets, Clock clock) {
        this.transactions = transactions;
        this.secrets = secrets;
        this.clock = clock;
    }

    public NewKey create(long userId, KeyOrder order) {
        return transactions.call(entities -> {
            ApiKey key = new ApiKey(userId, order, clock.instant());
            Secret secret = arm(key);
            entities.persist(key);
            entities.flush();
            return new NewKey(key.info(), secret);
        });
    }

    /** The keys of one user, the newest first, revoked ones included. */
    public List<KeyInfo> ofUser(long userId) {
        return transactions.call(entities -> entities.createNamedQuery("ApiKey.ofUser", ApiKey.class)
                .setParameter("user", userId)
                .getResultStream()
                .map(ApiKey::info)
                .toList());
    }

    public List<KeyInfo> all() {
        return transactions.call(entities -> entities.createNamedQuery("ApiKey.all", ApiKey.class)
                .getResultStream()
                .map(ApiKey::info)
                .toList());
    }

    /**
     * Gives a key a new secret part; the old one is worthless at once.
     *
     * @param owner the only user whose key it may be
     * @throws Problem 404 when there is no such active key
     */
    public NewKey rotate(long keyId, long owner) {
        return transactions.call(entities -> {
            ApiKey key = existing(entities, keyId, Optional.of(owner));
            if (!key.isActive(clock.instant())) {
                throw unknown();
            }
            Secret secret = arm(key);
            return new NewKey(key.info(), secret);
        });
    }

    /**
     * Ends a key; ending it twice is no fault.
     *
     * @param owner the only user whose key it may be; empty for any
     * @throws Problem 404 when there is no such key
     */
    public KeyInfo revoke(long keyId, Optional<Long> owner) {
        return transactions.call(entities -> {
            ApiKey key = existing(entities, keyId, owner);
            key.revoke(clock.instant());
            return key.info();
        });
    }

    @Override
    public Optional<KeyGrant> find(String presented) {
        Matcher form = FORM.matcher(presented);
        if (!form.matches()) {
            return Optional.empty();
        }
        return transactions.call(entities -> byPublicId(entities, form.group(1))
                .filter(key -> isProvenBy(key, presented) && key.isActive(clock.instant()))
                .map(key -> {
                    note(key, presented);
                    return key.grant();
                }));
    }

    @Override
    public boolean isActive(String publicId) {
        return transactions.call(entities -> byPublicId(entities, publicId)
                .filter(key -> key.isActive(clock.instant()))
                .isPresent());
    }

    private boolean isProvenBy(ApiKey key, String presented) {
        return secrets.find(key.getHashedWith())
                .map(generation -> Digests.equal(
                        hash(generation, presented).getBytes(StandardCharsets.US_ASCII),
                        key.getKeyHash().getBytes(StandardCharsets.US_ASCII)))
                .orElse(false);
    }

    /** Once a minute, so that a busy program does not write a row for every request. */
    private void note(ApiKey key, String presented) {
        SecretRing.Generation current = secrets.current();
        if (!key.getHashedWith().equals(current.id())) {
            key.arm(key.getPublicId(), hash(current, presented), current.id());
        }
        Instant now = clock.instant();
        Instant noted = lastNoted.get(key.getPublicId());
        if (noted == null || !now.isBefore(noted.plus(USE_PRECISION))) {
            key.setLastUsedAt(now);
            lastNoted.put(key.getPublicId(), now);
        }
    }

    private Secret arm(ApiKey key) {
        byte[] publicPart = new byte[6];
        byte[] secretPart = new byte[32];
        random.nextBytes(publicPart);
        random.nextBytes(secretPart);
        String publicId = HexFormat.of().formatHex(publicPart);
        String text = PREFIX + publicId + "_"
                + Base64.getUrlEncoder().withoutPadding().encodeToString(secretPart);
        key.arm(publicId, hash(secrets.current(), text), secrets.current().id());
        return new Secret(text);
    }

    private static Optional<ApiKey> byPublicId(EntityManager entities, String publicId) {
        return entities.createNamedQuery("ApiKey.byPublicId", ApiKey.class)
                .setParameter("publicId", publicId)
                .getResultStream()
                .findFirst();
    }

    private static ApiKey existing(EntityManager entities, long keyId, Optional<Long> owner) {
        return Optional.ofNullable(entities.find(ApiKey.class, keyId))
                .filter(key -> owner.isEmpty() || owner.get() == key.getUserId())
                .orElseThrow(ApiKeys::unknown);
    }

    private static Problem unknown() {
        return Problem.notFound("API key not found").withCode("key_not_found");
    }

    private static String hash(SecretRing.Generation generation, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(generation.key(), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(key.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
