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
        return new ChatRequest(
                value,
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

    public ChatRequest withMessages(List<Message> value) {
        return new ChatRequest(
                model,
                value,
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

    public ChatRequest withTools(List<Tool> value, ToolChoice choice) {
        return new ChatRequest(
                model,
                messages,
                value,
                choice,
                sampling,
                maxTokens,
                stop,
                form,
                keepAliveSeconds,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withSampling(Sampling value) {
        return new ChatRequest(
                model,
                messages,
                tools,
                toolChoice,
                value,
                maxTokens,
                stop,
                form,
                keepAliveSeconds,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withMaxTokens(int value) {
        return new ChatRequest(
                model,
                messages,
                tools,
                toolChoice,
                sampling,
                OptionalInt.of(value),
                stop,
                form,
                keepAliveSeconds,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withStop(List<String> value) {
        return new ChatRequest(
                model,
                messages,
                tools,
                toolChoice,
                sampling,
                maxTokens,
                value,
                form,
                keepAliveSeconds,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withKeepAliveSeconds(OptionalInt value) {
        return new ChatRequest(
                model,
                messages,
                tools,
                toolChoice,
                sampling,
                maxTokens,
                stop,
                form,
                value,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withForm(Grammar value) {
        return new ChatRequest(
                model,
                messages,
                tools,
                toolChoice,
                sampling,
                maxTokens,
                stop,
                Optional.of(value),
                keepAliveSeconds,
                templateOptions,
                choices,
                parallelCalls);
    }

    public ChatRequest withTemplateOptions(Map<String, JsonValue> value) {
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
                value,
                choices,
                parallelCalls);
    }

    public ChatRequest withChoices(Choices value) {
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
                value,
                parallelCalls);
    }

    /** The same with no more than one call in an answer. */
    public ChatRequest withoutParallelCalls() {
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
                false);
    }

    /** The tools the model is shown: none when the caller chose {@link ToolChoice.None}. */
    public List<Tool> offeredTools() {
        return toolChoice instanceof ToolChoice.None ? List.of() : tools;
    }
}
