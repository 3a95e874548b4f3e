package io.mlxmanager.serve.route;

import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.ProfileSettings;
import io.mlxmanager.manage.profile.ProfileSettings.Inference;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a name means: a model, and the profile it was asked by. Settings travel with the request, not with the loaded
 * model, so two profiles of one model share its weights and nothing else. Immutable.
 */
public record Route(CatalogModel model, Optional<ProfileInfo> profile) {

    /** The request with everything the caller left open filled in from the profile. */
    public ChatRequest complete(ChatRequest request) {
        return profile.map(known -> filled(request, known.settings())).orElse(request);
    }

    /** As {@link #complete(ChatRequest)}, for either kind of request. */
    public AnswerRequest complete(AnswerRequest request) {
        return request instanceof ChatRequest chat
                ? complete(chat)
                : profile.<AnswerRequest>map(known -> filled((TextRequest) request, known.settings()))
                        .orElse(request);
    }

    /** Most tokens of prompt and answer together, where the profile allows fewer than the model. */
    public OptionalInt contextLength() {
        return profile.map(known -> known.settings().context().length()).orElse(OptionalInt.empty());
    }

    /** Name of the profile for the audit log; null where there is none. */
    public String profileNameOrNull() {
        return profile.map(ProfileInfo::name).orElse(null);
    }

    /** What concerns conversations has no meaning here. */
    private static TextRequest filled(TextRequest request, ProfileSettings settings) {
        OptionalInt keepAlive = request.keepAliveSeconds();
        return new TextRequest(
                request.model(),
                request.prompts(),
                request.sampling().orElse(sampling(settings.inference())),
                request.maxTokens(),
                request.stop(),
                request.form(),
                keepAlive.isPresent() ? keepAlive : settings.keepAliveSeconds(),
                request.choices(),
                request.echo());
    }

    private static ChatRequest filled(ChatRequest request, ProfileSettings settings) {
        OptionalInt keepAlive = request.keepAliveSeconds();
        ChatRequest filled = request.withMessages(messages(request, settings.context()))
                .withKeepAliveSeconds(keepAlive.isPresent() ? keepAlive : settings.keepAliveSeconds())
                .withSampling(request.sampling().orElse(sampling(settings.inference())))
                .withTemplateOptions(options(request, settings));
        OptionalInt most = settings.inference().maxTokens();
        return request.maxTokens().isEmpty() && most.isPresent() ? filled.withMaxTokens(most.getAsInt()) : filled;
    }

    /** A conversation that brings its own instructions keeps them alone. */
    private static List<Message> messages(ChatRequest request, ProfileSettings.Context context) {
        boolean instructed = request.messages().stream()
                .anyMatch(message -> message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER);
        if (instructed || context.systemPrompt().isEmpty()) {
            return request.messages();
        }
        List<Message> messages = new ArrayList<>();
        messages.add(Message.system(context.systemPrompt().get()));
        messages.addAll(request.messages());
        return messages;
    }

    private static Sampling sampling(Inference inference) {
        return new Sampling(
                inference.temperature(),
                inference.topP(),
                inference.topK(),
                inference.minP(),
                OptionalLong.empty(),
                inference.repetitionPenalty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Map.of());
    }

    private static Map<String, JsonValue> options(ChatRequest request, ProfileSettings settings) {
        Map<String, JsonValue> options = new LinkedHashMap<>(settings.modelOptions());
        options.putAll(request.templateOptions());
        return options;
    }
}
