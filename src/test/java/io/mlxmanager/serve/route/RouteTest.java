package io.mlxmanager.serve.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.ProfileSettings;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RouteTest {

    private static final CatalogModel MODEL =
            new CatalogModel("org/model", Path.of("model"), CatalogModel.Source.HOME, Instant.EPOCH);
    private static final ProfileSettings SETTINGS = new ProfileSettings(
            "pirate",
            Optional.empty(),
            "org/model",
            Optional.empty(),
            false,
            false,
            OptionalInt.empty(),
            new ProfileSettings.Inference(
                    OptionalDouble.of(0.5),
                    OptionalDouble.of(0.9),
                    OptionalInt.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalInt.of(64)),
            new ProfileSettings.Context(OptionalInt.of(512), Optional.of("You are a pirate.")),
            ProfileSettings.Audio.UNSAID,
            Json.createObjectBuilder()
                    .add("enable_thinking", false)
                    .add("tone", "dry")
                    .build());
    private static final Route ROUTE =
            new Route(MODEL, Optional.of(new ProfileInfo(1, SETTINGS, ModelType.TEXT, Instant.EPOCH, Instant.EPOCH)));
    private static final ChatRequest ASKED = ChatRequest.of("pirate", List.of(Message.user("Hello")));

    @Test
    void whatTheRequestLeavesOpenComesFromTheProfile() {
        ChatRequest complete = ROUTE.complete(ASKED);

        assertThat(complete.messages()).containsExactly(Message.system("You are a pirate."), Message.user("Hello"));
        assertThat(complete.sampling().temperature()).hasValue(0.5);
        assertThat(complete.sampling().topP()).hasValue(0.9);
        assertThat(complete.maxTokens()).hasValue(64);
        assertThat(complete.templateOptions()).containsEntry("enable_thinking", JsonValue.FALSE);
        assertThat(ROUTE.contextLength()).hasValue(512);
    }

    @Test
    void whatTheRequestSaysWins() {
        ChatRequest asked = ASKED.withMessages(List.of(Message.system("Be brief."), Message.user("Hello")))
                .withSampling(Sampling.UNSPECIFIED.withTemperature(0))
                .withMaxTokens(8)
                .withTemplateOptions(Map.of("enable_thinking", JsonValue.TRUE));

        ChatRequest complete = ROUTE.complete(asked);

        assertThat(complete.messages()).isEqualTo(asked.messages());
        assertThat(complete.sampling().temperature()).hasValue(0);
        assertThat(complete.sampling().topP()).hasValue(0.9);
        assertThat(complete.maxTokens()).hasValue(8);
        assertThat(complete.templateOptions())
                .containsEntry("enable_thinking", JsonValue.TRUE)
                .containsEntry("tone", Json.createValue("dry"));
    }

    @Test
    void aModelAskedForByItselfGetsNobodysSettings() {
        Route plain = new Route(MODEL, Optional.empty());

        assertThat(plain.complete(ASKED)).isSameAs(ASKED);
        assertThat(plain.contextLength()).isEmpty();
        assertThat(plain.profileNameOrNull()).isNull();
    }
}
