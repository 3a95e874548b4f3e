package io.mlxmanager.chat;

import io.mlxmanager.chat.constraint.Grammar;
import jakarta.json.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * What a caller wants answered, whichever protocol it came by.
 *
 * @param model the name the caller used: a model id or a profile
 * @param messages the conversation so far, oldest first; never empty
 * @param tools what the model may call, in the caller's order
 * @param toolChoice {@link ToolChoice.Auto} when the caller said nothing
 * @param maxTokens most tokens to generate, at least 1; empty leaves it to profile and context length
 * @param stop texts that end the answer and are not part of it
 * @param form what the answer is kept to, thinking and tool calls aside; empty for free text
 * @param keepAliveSeconds how long the model stays in memory after the answer, negative for ever; empty leaves it to profile
 *     and server
 * @param templateOptions extra variables for the chat template, for example {@code enable_thinking}, in the caller's order
 * @param choices how many answers
 * @param parallelCalls whether an answer may call several tools; else it ends with the first call
 */
public record ChatRequest(
        String model,
        List<Message> messages,
        List<Tool> tools,
        ToolChoice toolChoice,
        Sampling sampling,
        OptionalInt maxTokens,
        List<String> stop,
        Optional<Grammar> form,
        OptionalInt keepAliveSeconds,
        Map<String, JsonValue> templateOptions,
        Choices choices,
        boolean parallelCalls)
        implements AnswerRequest {

    public ChatRequest {
        Objects.requireNonNull(model, "model");
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        Objects.requireNonNull(toolChoice, "toolChoice");
        Objects.requireNonNull(sampling, "sampling");
        Objects.requireNonNull(maxTokens, "maxTokens");
        stop = List.copyOf(stop);
        Objects.requireNonNull(form, "form");
        Objects.requireNonNull(keepAliveSeconds, "keepAliveSeconds");
        templateOptions = Collections.unmodifiableMap(new LinkedHashMap<>(templateOptions));
        Objects.requireNonNull(choices, "choices");
    }

    /** A request with nothing but a conversation; refine it with the {@code with…} methods. */
    public static ChatRequest of(String model, List<Message> messages) {
        return new ChatRequest(
                model,
                messages,
                List.of(),
                new ToolChoice.Auto(),
                Sampling.UNSPECIFIED,
                OptionalInt.empty(),
                List.of(),
                Optional.empty(),
                OptionalInt.empty(),
                Map.of(),
                Choices.ONE,
                true);
    }

    public ChatRequest withModel(String value) {
        return with(parts -> parts.model = value);
    }

    public ChatRequest withMessages(List<Message> value) {
        return with(parts -> parts.messages = value);
    }

    public ChatRequest withTools(List<Tool> value, ToolChoice choice) {
        return with(parts -> {
            parts.tools = value;
            parts.toolChoice = choice;
        });
    }

    public ChatRequest withSampling(Sampling value) {
        return with(parts -> parts.sampling = value);
    }

    public ChatRequest withMaxTokens(int value) {
        return with(parts -> parts.maxTokens = OptionalInt.of(value));
    }

    public ChatRequest withStop(List<String> value) {
        return with(parts -> parts.stop = value);
    }

    public ChatRequest withKeepAliveSeconds(OptionalInt value) {
        return with(parts -> parts.keepAliveSeconds = value);
    }

    public ChatRequest withForm(Grammar value) {
        return with(parts -> parts.form = Optional.of(value));
    }

    public ChatRequest withTemplateOptions(Map<String, JsonValue> value) {
        return with(parts -> parts.templateOptions = value);
    }

    public ChatRequest withChoices(Choices value) {
        return with(parts -> parts.choices = value);
    }

    /** The same with no more than one call in an answer. */
    public ChatRequest withoutParallelCalls() {
        return with(parts -> parts.parallelCalls = false);
    }

    /** The tools the model is shown: none when the caller chose {@link ToolChoice.None}. */
    public List<Tool> offeredTools() {
        return toolChoice instanceof ToolChoice.None ? List.of() : tools;
    }

    private ChatRequest with(Consumer<Parts> change) {
        Parts parts = new Parts(this);
        change.accept(parts);
        return parts.whole();
    }

    /** A copy while one thing of it is changed. */
    private static final class Parts {

        private String model;
        private List<Message> messages;
        private List<Tool> tools;
        private ToolChoice toolChoice;
        private Sampling sampling;
        private OptionalInt maxTokens;
        private List<String> stop;
        private Optional<Grammar> form;
        private OptionalInt keepAliveSeconds;
        private Map<String, JsonValue> templateOptions;
        private Choices choices;
        private boolean parallelCalls;

        Parts(ChatRequest request) {
            model = request.model;
            messages = request.messages;
            tools = request.tools;
            toolChoice = request.toolChoice;
            sampling = request.sampling;
            maxTokens = request.maxTokens;
            stop = request.stop;
            form = request.form;
            keepAliveSeconds = request.keepAliveSeconds;
            templateOptions = request.templateOptions;
            choices = request.choices;
            parallelCalls = request.parallelCalls;
        }

        ChatRequest whole() {
            return new ChatRequest(
                    model,
                    messages,
                    tools,
                    toolChoice,
                    sampling,
                    maxTokens,
                    stop,
                    form,
                    keepAliveSeconds,
                    templateOptions,
                    choices,
                    parallelCalls);
        }
    }
}
