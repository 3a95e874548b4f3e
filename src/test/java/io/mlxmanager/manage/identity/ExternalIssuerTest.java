package io.mlxmanager.manage.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.IssuerConfig;
import io.mlxmanager.base.config.PasswordConfig;
import io.mlxmanager.base.config.TokenConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.secrets.SecretRing;
import io.mlxmanager.manage.identity.TokenRefused.Reason;
import io.mlxmanager.testing.NoKeys;
import io.mlxmanager.testing.TestDatabase;
import io.mlxmanager.testing.TokenIssuerServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExternalIssuerTest {

    private static final String SECRET = "a secret of the tests, of more than 32 bytes";
    private static final TokenIssuerServer ISSUER = new TokenIssuerServer();

    private final TestDatabase database = new TestDatabase();
    private final Clock clock = Clock.systemUTC();
    private final Passwords passwords = new Passwords(PasswordConfig.read(ConfigValues.of(Map.of())));
    private final TokenLedger ledger = new EndedTokens(database, clock);
    private final Accounts accounts = new Accounts(database);

    @AfterEach
    void close() {
        database.close();
    }

    private static Map<String, String> settings(String keys) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("mlx-manager.jwt-secret", SECRET);
        settings.put("mp.jwt.verify.publickey.location", keys);
        settings.put("mp.jwt.verify.issuer", TokenIssuerServer.ISSUER);
        settings.put("mp.jwt.verify.audiences", TokenIssuerServer.AUDIENCE);
        settings.put("mlx-manager.oidc.approved-group", "staff");
        return settings;
    }

    private TokenVerifier verifier(Map<String, String> settings) {
        ConfigValues values = ConfigValues.of(settings);
        IssuerConfig config = IssuerConfig.read(values).orElseThrow();
        return new TokenVerifier(
                SecretRing.of(new Secret(SECRET)),
                TokenConfig.read(values),
                accounts,
                ledger,
                new NoKeys(),
                Optional.of(new ExternalTokens(config, clock)),
                new ExternalUsers(database, passwords, config.approvedGroup(), clock),
                clock);
    }

    private TokenVerifier verifier() {
        return verifier(settings(ISSUER.keysUrl().toString()));
    }

    private static Reason refusal(TokenVerifier verifier, String token) {
        return catchThrowableOfType(TokenRefused.class, () -> verifier.verify(token))
                .reason();
    }

    private static String good(String... groups) {
        return TokenIssuerServer.sign(
                ISSUER.firstKey(), TokenIssuerServer.claims("subject-1", "Grace@Example.org", groups));
    }

    private Account only() {
        assertThat(accounts.all()).hasSize(1);
        return accounts.all().get(0);
    }

    @Test
    void aStrangerIsMadeAPendingUserOnceAndLetInWhenApproved() {
        TokenVerifier verifier = verifier();
        assertThat(refusal(verifier, good())).isEqualTo(Reason.PENDING);
        assertThat(refusal(verifier, good())).isEqualTo(Reason.PENDING);
        Account made = only();
        assertThat(made.email()).isEqualTo("grace@example.org");
        assertThat(made.admin()).isFalse();

        database.execute("UPDATE users SET status = 'approved', approved_at = 1");
        Caller caller = verifier.verify(good());
        assertThat(caller.userId()).isEqualTo(made.id());
        assertThat(caller.getGroups()).containsExactly("user");
        assertThat(caller.getSubject()).isEqualTo("subject-1");
    }

    @Test
    void aMemberOfTheGroupIsApprovedAtFirstSight() {
        assertThat(verifier().verify(good("staff")).getGroups()).containsExactly("user");
    }

    @Test
    void rolesFollowTheClaimButTheLastAdministratorStays() {
        TokenVerifier verifier = verifier();
        assertThat(verifier.verify(good("admin", "auditor")).getGroups())
                .containsExactlyInAnyOrder("user", "admin", "auditor");
        assertThat(verifier.verify(good("staff")).getGroups()).containsExactlyInAnyOrder("user", "admin");
        verifier.verify(TokenIssuerServer.sign(
                ISSUER.firstKey(), TokenIssuerServer.claims("subject-2", "other@example.org", "admin")));
        assertThat(verifier.verify(good("staff")).getGroups()).containsExactly("user");
    }

    @Test
    void whoeverIsDisabledHereStaysOutWhateverTheIssuerSays() {
        TokenVerifier verifier = verifier();
        Caller caller = verifier.verify(good("staff"));
        database.execute("UPDATE users SET status = 'disabled'");
        assertThat(refusal(verifier, good("staff", "admin"))).isEqualTo(Reason.DISABLED);
        assertThatThrownBy(() -> verifier.recheck(caller)).isInstanceOf(TokenRefused.class);
    }

    @Test
    void anAddressOfAUserOfOurOwnIsNotTakenOver() {
        new Registration(database, passwords, clock).register("grace@example.org", "correct horse battery");
        assertThat(refusal(verifier(), good("admin"))).isEqualTo(Reason.UNKNOWN_USER);
        assertThat(only().email()).isEqualTo("grace@example.org");
    }

    @Test
    void requestsOfTheSameStrangerAtOnceMakeOneUser() {
        TokenVerifier verifier = verifier();
        String token = good("staff");
        CompletableFuture<?>[] all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> verifier.verify(token)))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(all).join();
        assertThat(accounts.all()).hasSize(1);
    }

    @Test
    void ourOwnTokensStillCount() {
        Account own = new Registration(database, passwords, clock).register("own@example.org", "correct horse battery");
        TokenConfig config =
                TokenConfig.read(ConfigValues.of(settings(ISSUER.keysUrl().toString())));
        IssuedToken token = new TokenIssuer(SecretRing.of(new Secret(SECRET)), config, clock).issue(own);
        assertThat(verifier().verify(token.token().value()).userId()).isEqualTo(own.id());
    }

    @Test
    void anEndedTokenIsRefused() {
        TokenVerifier verifier = verifier();
        String token = good("staff");
        ledger.end(verifier.verify(token).session().orElseThrow(), Instant.now().plusSeconds(600));
        assertThat(refusal(verifier, token)).isEqualTo(Reason.SUPERSEDED);
    }

    static Stream<Arguments> badTokens() throws Exception {
        JwtClaims claims = TokenIssuerServer.claims("subject-1", "grace@example.org", "admin");
        PublicJsonWebKey key = ISSUER.firstKey();
        PublicJsonWebKey impostor = TokenIssuerServer.foreignKey("rsa-1");
        JwtClaims foreignAudience = TokenIssuerServer.claims("subject-1", "grace@example.org");
        foreignAudience.setAudience("somebody");
        JwtClaims endless = TokenIssuerServer.claims("subject-1", "grace@example.org");
        endless.unsetClaim("exp");
        JwtClaims nobody = TokenIssuerServer.claims("subject-1", "grace@example.org");
        nobody.unsetClaim("sub");
        String signed = TokenIssuerServer.sign(key, claims);
        return Stream.of(
                Arguments.of(
                        "expired",
                        TokenIssuerServer.sign(
                                key, TokenIssuerServer.expired(TokenIssuerServer.claims("s", "grace@example.org"))),
                        Reason.EXPIRED),
                Arguments.of("wrong audience", TokenIssuerServer.sign(key, foreignAudience), Reason.AUDIENCE),
                Arguments.of("no expiry", TokenIssuerServer.sign(key, endless), Reason.CLAIMS),
                Arguments.of("no subject", TokenIssuerServer.sign(key, nobody), Reason.CLAIMS),
                Arguments.of(
                        "another key under a known id", TokenIssuerServer.sign(impostor, claims), Reason.SIGNATURE),
                Arguments.of(
                        "a key that is not published",
                        TokenIssuerServer.sign(TokenIssuerServer.foreignKey("other"), claims),
                        Reason.UNKNOWN_KEY),
                Arguments.of("tampered", signed.substring(0, signed.length() - 4) + "AAAA", Reason.SIGNATURE),
                Arguments.of("HS256 with the public key as secret", hmac(claims, publicKeyText()), Reason.ALGORITHM),
                Arguments.of("HS256 with our secret", hmac(claims, SECRET), Reason.ALGORITHM),
                Arguments.of(
                        "an address that is none",
                        TokenIssuerServer.sign(key, TokenIssuerServer.claims("s", "nonsense", "admin")),
                        Reason.UNKNOWN_USER));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badTokens")
    void aTokenThatProvesNothingIsRefusedAndMakesNoUser(String name, String token, Reason reason) {
        assertThat(refusal(verifier(), token)).isEqualTo(reason);
        assertThat(accounts.all()).isEmpty();
    }

    private static String publicKeyText() {
        return ISSUER.firstKey().toJson(OutputControlLevel.PUBLIC_ONLY);
    }

    private static String hmac(JwtClaims claims, String secret) throws Exception {
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue("HS256");
        signature.setKeyIdHeaderValue("rsa-1");
        signature.setKey(new HmacKey(secret.getBytes(StandardCharsets.UTF_8)));
        return signature.getCompactSerialization();
    }

    @Test
    void aNewKeyIsFetchedWhenATokenNamesItAndUnknownOnesDoNotMakeUsAskEachTime() {
        try (TokenIssuerServer issuer = new TokenIssuerServer()) {
            TokenVerifier verifier = verifier(settings(issuer.keysUrl().toString()));
            JwtClaims claims = TokenIssuerServer.claims("subject-1", "grace@example.org", "staff");
            verifier.verify(TokenIssuerServer.sign(issuer.firstKey(), claims));
            PublicJsonWebKey foreign = TokenIssuerServer.foreignKey("never-published");
            for (int i = 0; i < 20; i++) {
                refusal(verifier, TokenIssuerServer.sign(foreign, claims));
            }
            assertThat(issuer.fetches()).isLessThanOrEqualTo(2);
        }
    }

    @Test
    void ellipticKeysAndKeysInAFileCountToo(@TempDir Path folder) throws Exception {
        try (TokenIssuerServer issuer = new TokenIssuerServer()) {
            PublicJsonWebKey key = issuer.addEcKey("ec-1");
            Path file = folder.resolve("keys.json");
            Files.writeString(file, new JsonWebKeySet(key).toJson(OutputControlLevel.PUBLIC_ONLY));
            TokenVerifier verifier = verifier(settings(file.toUri().toString()));
            String token =
                    TokenIssuerServer.sign(key, TokenIssuerServer.claims("subject-1", "grace@example.org", "staff"));
            assertThat(verifier.verify(token).getName()).isEqualTo("grace@example.org");
        }
    }

    @Test
    void groupsMayStandDeeperInTheToken() {
        Map<String, String> settings = settings(ISSUER.keysUrl().toString());
        settings.put("mlx-manager.oidc.roles-claim", "realm_access.roles");
        JwtClaims claims = TokenIssuerServer.claims("subject-1", "grace@example.org");
        claims.setClaim("realm_access", Map.of("roles", List.of("admin")));
        assertThat(verifier(settings)
                        .verify(TokenIssuerServer.sign(ISSUER.firstKey(), claims))
                        .isAdmin())
                .isTrue();
    }

    @Test
    void anIssuerWithoutANameOrWithASharedSecretAlgorithmIsAMistakeOfTheConfiguration() {
        Map<String, String> nameless = settings("https://issuer.example.org/keys");
        nameless.remove("mp.jwt.verify.issuer");
        assertThatThrownBy(() -> IssuerConfig.read(ConfigValues.of(nameless)))
                .hasMessageContaining("mp.jwt.verify.issuer");
        Map<String, String> shared = settings("https://issuer.example.org/keys");
        shared.put("mp.jwt.verify.publickey.algorithm", "HS256");
        assertThatThrownBy(() -> IssuerConfig.read(ConfigValues.of(shared)))
                .hasMessageContaining("mp.jwt.verify.publickey.algorithm");
    }
}
