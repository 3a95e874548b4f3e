package io.mlxmanager.manage.identity;

import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * Argon2id hashes in the PHC form {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}.
 *
 * <p>Safe for many threads; only as many hash at once as there are processors, so that a burst of logins costs time and
 * not memory.
 */
public final class Passwords {

    public static final int MIN_LENGTH = 8;
    public static final int MAX_LENGTH = 128;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final long WAIT_SECONDS = 10;

    private final PasswordConfig config;
    private final SecureRandom random = new SecureRandom();
    private final Semaphore turns =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()), true);
    private final String decoy;

    public Passwords(PasswordConfig config) {
        this.config = config;
        this.decoy = hash("a password nobody has");
    }

    /**
     * Checks the length of a new password, in characters as a person counts them.
     *
     * @throws InvalidInput naming the field
     */
    public static void check(String field, String password) {
        int length = password.codePointCount(0, password.length());
        if (length < MIN_LENGTH || length > MAX_LENGTH) {
            throw InvalidInput.of(field, "must have " + MIN_LENGTH + " to " + MAX_LENGTH + " characters");
        }
    }

    /** A new hash with a new salt. */
    public String hash(String password) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        Argon2Hash form = new Argon2Hash(
                (int) (config.memory().bytes() >> 10), config.iterations(), config.lanes(), salt, new byte[HASH_BYTES]);
        return form.withHash(compute(form, password)).toString();
    }

    /** Whether the password is the one that was hashed; false for a hash of no form known here. */
    public boolean matches(String password, String phc) {
        return Argon2Hash.parse(phc)
                .map(form -> Digests.equal(form.hash(), compute(form, password)))
                .orElse(false);
    }

    /** Takes as long as {@link #matches} for a current hash, so that an unknown address cannot be told by the clock. */
    public void pretend(String password) {
        matches(password, decoy);
    }

    /** Whether the hash is cheaper than what is configured now and should be made anew. */
    public boolean isOutdated(String phc) {
        return Argon2Hash.parse(phc)
                .map(form -> form.kibibytes() < config.memory().bytes() >> 10
                        || form.iterations() < config.iterations()
                        || form.lanes() < config.lanes())
                .orElse(true);
    }

    private byte[] compute(Argon2Hash form, String password) {
        boolean mine = false;
        try {
            mine = turns.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS);
            if (!mine) {
                throw Problem.unavailable("Too many logins at once, try again", null);
            }
            return argon2(form, password);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("The server is stopping", e);
        } finally {
            if (mine) {
                turns.release();
            }
        }
    }

    private static byte[] argon2(Argon2Hash form, String password) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(form.kibibytes())
                .withIterations(form.iterations())
                .withParallelism(form.lanes())
                .withSalt(form.salt())
                .build());
        byte[] hash = new byte[form.hash().length];
        generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
        return hash;
    }
}
