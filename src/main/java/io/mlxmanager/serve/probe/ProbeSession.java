package io.mlxmanager.serve.probe;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.chat.family.ToolSyntax;
import io.mlxmanager.chat.template.TemplateOption;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.serve.generate.PromptLibrary;
import io.mlxmanager.serve.pool.ModelLease;
import io.mlxmanager.serve.pool.ModelPool;
import io.mlxmanager.serve.probe.ProbeEvent.Diagnostic;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The steps of one probe of a loaded model. Confined to the probe's thread. */
final class ProbeSession {

    /** Grows when a probe finds out more than before, so that stored findings can be told to be old. */
    private static final int VERSION = 1;

    private static final int THINKING_TOKENS = 200;
    private static final int TOOL_TOKENS = 200;
    private static final Tool WEATHER = Tool.fromDeclaration(json("""
            {"type": "function", "function": {"name": "get_weather", "description": "The weather in a city",
             "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}}}"""));

    private final CatalogModel model;
    private final ModelLease lease;
    private final ModelFacts facts;
    private final ModelPool pool;
    private final PromptLibrary prompts;
    private final ProbeQuestions questions;
    private final ModelProbe.Sink sink;
    private final JsonObjectBuilder found = Json.createObjectBuilder().add("probe_version", VERSION);

    /** @param pool knows what contexts cost, and how much there is for them */
    ProbeSession(
            CatalogModel model,
            ModelLease lease,
            ModelPool pool,
            PromptLibrary prompts,
            ProbeQuestions questions,
            ModelProbe.Sink sink) {
        this.model = model;
        this.lease = lease;
        this.facts = lease.model().facts();
        this.pool = pool;
        this.prompts = prompts;
        this.questions = questions;
        this.sink = sink;
    }

    /** Runs all steps that fit the model; one that fails is told and the others go on. */
    JsonObject run() {
        ModelType type = ModelType.of(model.folder(), model.id());
        found("detect_type", "model_type", Json.createValue(type.word()));
        found("detect_family", "model_family", Json.createValue(facts.modelType()));
        ignored();
        if (lease.model().purpose() == ModelPurpose.EMBED) {
            new EmbeddingChecks(lease, ProbeQuestions.TENANT, this::found, sink).run();
        } else {
            context();
        }
        if (type.chats()) {
            step("detect_template", this::template);
            step("test_thinking", this::thinking);
            step("test_tools", this::tools);
        } else {
            sink.event(ProbeEvent.skipped("test_thinking"));
            sink.event(ProbeEvent.skipped("test_tools"));
        }
        return found.build();
    }

    private void ignored() {
        if (!facts.ignoredParts().isEmpty()) {
            JsonArrayBuilder parts = Json.createArrayBuilder();
            facts.ignoredParts().forEach(parts::add);
            found("detect_type", "ignored_parts", parts.build());
        }
    }

    private void context() {
        long memoryLimit = pool.memoryLimit();
        long perToken =
                pool.kvBytes(facts).values().stream().mapToLong(Long::longValue).sum();
        JsonValue tokens = Json.createValue(pool.longestContext(facts, memoryLimit));
        found.add("practical_max_tokens", tokens);
        sink.event(ProbeEvent.completed("check_context", "practical_max_tokens", tokens)
                .withDetails(Json.createObjectBuilder()
                        .add("context_length", facts.contextLength())
                        .add("kv_bytes_per_token", perToken)
                        .add("weight_bytes", facts.weightBytes())
                        .add("memory_limit_bytes", memoryLimit)
                        .build()));
    }

    private void step(String step, Runnable work) {
        sink.event(ProbeEvent.running(step, JsonValue.EMPTY_JSON_OBJECT));
        try {
            work.run();
        } catch (Problem e) {
            sink.event(ProbeEvent.failed(step, e.detail()));
        }
    }

    private void template() {
        JsonObjectBuilder parameters = Json.createObjectBuilder();
        for (TemplateOption option : prompts.format(model).options()) {
            JsonValue value = option.defaultValue().orElse(JsonValue.NULL);
            parameters.add(
                    option.name(),
                    Json.createObjectBuilder().add("param_type", type(value)).add("default", value));
        }
        found("detect_template", "template_params", parameters.build());
    }

    private static String type(JsonValue value) {
        return switch (value.getValueType()) {
            case TRUE, FALSE -> "bool";
            case NUMBER -> "number";
            case ARRAY -> "list";
            case OBJECT -> "object";
            case STRING, NULL -> "string";
        };
    }

    private void thinking() {
        ChatResult answer = questions.ask(questions
                .question("A bat and a ball cost 11 together, the bat 10 more than the ball. What does the ball cost?")
                .withTemplateOptions(Map.of("enable_thinking", JsonValue.TRUE))
                .withMaxTokens(THINKING_TOKENS));
        boolean thinks = !answer.reasoning().isEmpty();
        found("test_thinking", "supports_thinking", truth(thinks));
        if (!thinks && prompts.format(model).thinks()) {
            sink.event(ProbeEvent.diagnosed(
                    "test_thinking",
                    new Diagnostic(
                            "info",
                            "thinking_dialect",
                            "The template knows thinking, but the model answered without it")));
        }
    }

    /** By the model's own template, or by instructions where it knows no tools. */
    private void tools() {
        ToolSyntax syntax = prompts.format(model).toolSyntax();
        ChatRequest question = questions
                .question("What is the weather in Paris?")
                .withTemplateOptions(Map.of("enable_thinking", JsonValue.FALSE))
                .withMaxTokens(TOOL_TOKENS);
        boolean called = !questions
                .ask(question.withTools(List.of(WEATHER), new ToolChoice.Auto()))
                .toolCalls()
                .isEmpty();
        boolean injects = prompts.format(model).injectsTools();
        found("test_tools", "supports_native_tools", truth(called && !injects));
        if (called) {
            found("test_tools", "tool_parser_id", Json.createValue(syntax.name().toLowerCase(Locale.ROOT)));
        }
        String format = !called ? "none" : injects ? "injected" : "template";
        found("test_tools", "tool_format", Json.createValue(format));
        if (injects) {
            sink.event(ProbeEvent.diagnosed(
                    "test_tools",
                    new Diagnostic(
                            "info",
                            "tool_dialect",
                            "The model's template knows no tools; they are described in the instructions")));
        }
    }

    private void found(String step, String capability, JsonValue value) {
        found.add(capability, value);
        sink.event(ProbeEvent.completed(step, capability, value));
    }

    private static JsonValue truth(boolean value) {
        return value ? JsonValue.TRUE : JsonValue.FALSE;
    }

    private static JsonObject json(String text) {
        try (JsonReader reader = Json.createReader(new StringReader(text))) {
            return reader.readObject();
        }
    }
}
