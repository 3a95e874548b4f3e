package io.mlxmanager.manage.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mlxmanager.base.config.HubConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.testing.hub.HubStandIn;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubRepositoryTest {

    private static final ModelId MODEL = ModelId.parse("ada/small").orElseThrow();

    private final HubStandIn standIn = new HubStandIn();

    @AfterEach
    void close() {
        standIn.close();
    }

    private static HubEndpoint endpoint(URI address, boolean offline) {
        Optional<Secret> token = Optional.of(new Secret("hf_secret"));
        return new HubEndpoint(new HubConfig(address, token, offline, Duration.ofSeconds(2)), () -> token);
    }

    private HubRepository repository() {
        return new HubRepository(endpoint(standIn.endpoint(), false));
    }

    @Test
    void aRevisionNamesEveryFileWithItsSizeAndHash() {
        standIn.repository("ada/small").text("config.json", "{}").large("model.safetensors", new byte[] {1, 2, 3});

        HubRevision revision = repository().revision(MODEL, "main");

        assertThat(revision.commit()).isEqualTo(standIn.repository("ada/small").commit());
        assertThat(revision.files())
                .containsExactly(
                        // as `git hash-object` and `sha256sum` have them
                        new HubFile("config.json", 2, "9e26dfeeb6e641a33dae4961196235bdb965b21b", false),
                        new HubFile(
                                "model.safetensors",
                                3,
                                "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
                                true));
    }

    @Test
    void aConfigurationThatIsNoneIsNoAnswer() {
        for (String text : new String[] {"", "[]", "{\"a\":", "{\"a\":".repeat(3_000)}) {
            standIn.repository("ada/small").text("config.json", text);
            HubRevision revision = repository().revision(MODEL, "main");
            assertThatThrownBy(() -> repository().config(revision))
                    .isInstanceOf(HubProblem.class)
                    .hasMessageContaining("ada/small/config.json");
        }
    }

    @Test
    void theTokenGoesToTheHubButNotToTheObjectStore() throws IOException {
        standIn.repository("ada/small").large("model.safetensors", new byte[] {1, 2, 3});
        HubEndpoint hub = endpoint(standIn.endpoint(), false);
        HubRepository repository = new HubRepository(hub);
        HubRevision revision = repository.revision(MODEL, "main");
        HubFile file = revision.files().get(0);

        try (HubEndpoint.Opened opened = hub.open(repository.resolve(revision, file), "bytes=1-2", "it")) {
            assertThat(opened.body().readAllBytes()).containsExactly(2, 3);
            assertThat(opened.etag()).isEqualTo(file.etag());
        }
        assertThat(standIn.seen()).allMatch(request -> request.authorization().equals("Bearer hf_secret"));
        assertThat(standIn.store().seen())
                .singleElement()
                .matches(transfer -> transfer.authorization().isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "401, hub_unauthorized, 403, false",
        "403, hub_forbidden, 403, false",
        "404, hub_not_found, 404, false",
        "429, hub_rate_limited, 503, true",
        "500, hub_error, 502, true",
        "503, hub_error, 502, true",
    })
    void aRefusalSaysWhichItWas(int status, String code, int shown, boolean passing) {
        standIn.repository("ada/small");
        standIn.refuse("/api/models", status, 1, "7");

        HubProblem problem =
                catchThrowableOfType(HubProblem.class, () -> repository().revision(MODEL, "main"));

        assertThat(problem.code()).isEqualTo(code);
        assertThat(problem.status()).isEqualTo(shown);
        assertThat(problem.passing()).isEqualTo(passing);
        assertThat(problem.detail()).contains(Integer.toString(status)).doesNotContain("hf_secret");
        assertThat(problem.retryAfter()).isEqualTo(passing ? Optional.of(Duration.ofSeconds(7)) : Optional.empty());
    }

    @Test
    void aHubThatIsNotThereIsUnreachable() {
        URI nobody = standIn.endpoint();
        standIn.close();

        HubProblem problem = catchThrowableOfType(
                HubProblem.class, () -> new HubRepository(endpoint(nobody, false)).revision(MODEL, "main"));

        assertThat(problem.code()).isEqualTo("hub_unreachable");
    }

    @Test
    void offlineAsksNobody() {
        HubProblem problem = catchThrowableOfType(
                HubProblem.class, () -> new HubRepository(endpoint(standIn.endpoint(), true)).revision(MODEL, "main"));

        assertThat(problem.code()).isEqualTo("hub_offline");
        assertThat(standIn.seen()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/../x", "/etc/passwd", "a//b", "a\\b", "", ".", "c:/x"})
    void aPathThatLeavesTheRepositoryIsNone(String path) {
        assertThat(HubRepository.inside(path)).isFalse();
    }
}
