package io.mlxmanager.base.secrets;

import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.crypto.SecretFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The secret that signs and seals now, and the earlier ones that still verify and open. Each has a generation: the start
 * of a digest, which tells secrets apart and says nothing about them. Immutable.
 */
public final class SecretRing {

    /** Where the secret lies that is made when none is configured, in the data folder. */
    static final String FILE = ".jwt_secret";

    /** Fewer bytes can be guessed, and are refused by HS256 as they are. */
    public static final int MIN_BYTES = 32;

    private static final String VARIABLE = "MLX_MANAGER_JWT_SECRET";

    private final List<Generation> generations;
    private final List<String> warnings;

    /** A secret under the name by which tokens and sealed values refer to it. */
    public record Generation(String id, Secret secret) {

        /** At least 32 bytes: the secret as it is, or the SHA-256 digest of one that is shorter. */
        public byte[] key() {
            byte[] bytes = secret.bytes();
            return bytes.length < MIN_BYTES ? Digests.sha256(bytes) : bytes;
        }

        private static Generation of(Secret secret) {
            byte[] digest =
                    Digests.sha256("mlx-manager secret generation".getBytes(StandardCharsets.UTF_8), secret.bytes());
            return new Generation(
                    Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(digest)
                            .substring(0, 12),
                    secret);
        }
    }

    private SecretRing(List<Secret> secrets, List<String> warnings) {
        this.generations = secrets.stream().distinct().map(Generation::of).toList();
        this.warnings = List.copyOf(warnings);
    }

    /**
     * What the configuration asks for. While the secret is still the public placeholder, a private random one in the data
     * folder takes its place, made at the first start; once another is configured, that one still verifies and opens.
     */
    public static SecretRing load(TokenConfig config, HomeConfig home) {
        List<Secret> secrets = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        Path file = home.folder().resolve(FILE);
        if (isPlaceholder(config.secret())) {
            secrets.add(SecretFile.readOrCreate(file));
            warnings.add(VARIABLE + " is not set: tokens are signed with a random secret kept in " + file
                    + ". Set it to at least 32 random bytes where several servers share their users.");
        } else {
            secrets.add(config.secret());
            if (Files.exists(file)) {
                secrets.add(SecretFile.readOrCreate(file));
            }
            if (config.secret().bytes().length < MIN_BYTES) {
                warnings.add(VARIABLE + " has fewer than 32 bytes and can be guessed: "
                        + "set it to at least 32 random bytes, for example from: openssl rand -base64 48");
            }
        }
        config.previousSecrets().stream()
                .filter(secret -> !isPlaceholder(secret))
                .forEach(secrets::add);
        return new SecretRing(secrets, warnings);
    }

    /** A ring for tests and tools; the first secret is the one in use. */
    public static SecretRing of(Secret current, Secret... previous) {
        List<Secret> secrets = new ArrayList<>(List.of(current));
        secrets.addAll(List.of(previous));
        return new SecretRing(secrets, List.of());
    }

    /** What the operator should know about the secret; to be logged once at start. */
    public List<String> warnings() {
        return warnings;
    }

    public Generation current() {
        return generations.get(0);
    }

    /** The one in use first. */
    public List<Generation> all() {
        return generations;
    }

    public Optional<Generation> find(String id) {
        return generations.stream()
                .filter(generation -> generation.id().equals(id))
                .findFirst();
    }

    private static boolean isPlaceholder(Secret secret) {
        return secret.value().equals(TokenConfig.PLACEHOLDER);
    }
}
