package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.parse.AnswerParser;
import io.mlxmanager.chat.parse.CallForm;
import io.mlxmanager.chat.parse.HarmonyParser;
import io.mlxmanager.chat.parse.StreamParser;
import io.mlxmanager.chat.parse.ThinkTag;
import io.mlxmanager.chat.parse.ThinkTagParser;
import io.mlxmanager.chat.parse.ToolCallParser;
import io.mlxmanager.chat.template.ChatTemplate;
import io.mlxmanager.chat.template.PromptVariables;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * One template with what follows from it. Immutable and thread-safe.
 *
 * @param tools how calls are written, whether the template or {@link ToolInjection} asks for it
 * @param callForms in which calls are looked for when tools were offered
 * @param answerMarks that stand around answers in any case
 * @param endTokens texts of tokens that end an answer, whatever the model's configuration says
 * @param injects whether tools are described by us, because the template knows none
 * @param rules to be applied to a conversation, in order
 */
record Dialect(
        ChatTemplate template,
        PromptVariables variables,
        List<ThinkTag> thinkTags,
        ToolSyntax tools,
        List<CallForm> callForms,
        List<CallForm> answerMarks,
        List<String> endTokens,
        boolean injects,
        List<HistoryRule> rules) {

    private static final Pattern KNOWS_TOOLS = Pattern.compile("\\btools\\b");

    static Dialect of(String source, Map<String, String> specialTokens) {
        ChatTemplate template = ChatTemplate.compile(source);
        PromptVariables variables = PromptVariables.forTemplate(template, specialTokens);
        ToolSyntax shown = ToolSyntax.of(source);
        boolean injected =
                shown == ToolSyntax.NONE || !KNOWS_TOOLS.matcher(source).find();
        List<HistoryRule> rules =
                new ArrayList<>(injected ? List.of(ToolInjection::apply) : nativeRules(source, shown));
        if (SystemInUser.isNeededBy(template, variables)) {
            rules.add(SystemInUser::apply);
        }
        return new Dialect(
                template,
                variables,
                ThinkTags.of(source),
                injected ? ToolSyntax.HERMES : shown,
                injected ? ToolInjection.formsWith(shown) : shown.forms(),
                ThinkTags.answerMarks(source),
                EndTokens.of(source, shown, specialTokens),
                injected,
                List.copyOf(rules));
    }

    private static List<HistoryRule> nativeRules(String source, ToolSyntax syntax) {
        List<HistoryRule> rules = new ArrayList<>();
        rules.add(CallHistory::namedResults);
        if (!source.contains("tool_calls")) {
            rules.add(request -> CallText.inText(request, syntax));
        }
        if (syntax == ToolSyntax.HARMONY || source.contains("single tool-call")) {
            rules.add(CallHistory::oneCallEach);
        }
        switch (syntax) {
            case KIMI -> rules.add(CallHistory::countedIds);
            case MISTRAL_LIST, MISTRAL_ARGS -> rules.add(CallHistory::shortIds);
            default -> {}
        }
        return rules;
    }

    String prompt(ChatRequest request, Clock clock) {
        ChatRequest shaped = request;
        for (HistoryRule rule : rules) {
            shaped = rule.apply(shaped);
        }
        return template.render(variables.of(shaped), clock);
    }

    AnswerParser parser(ChatRequest request, String prompt, Supplier<String> ids) {
        if (tools == ToolSyntax.HARMONY) {
            return new AnswerParser(
                    Optional.of(new HarmonyParser(prompt, request.offeredTools(), ids)),
                    Optional.empty(),
                    request.parallelCalls());
        }
        List<CallForm> forms = new ArrayList<>(answerMarks);
        if (!request.offeredTools().isEmpty()) {
            forms.addAll(callForms);
        }
        Optional<StreamParser> calls = forms.isEmpty()
                ? Optional.empty()
                : Optional.of(new ToolCallParser(forms, request.offeredTools(), ids));
        return new AnswerParser(thinking(prompt), calls, request.parallelCalls());
    }

    private Optional<ThinkTagParser> thinking(String prompt) {
        Optional<ThinkTagParser> open = thinkTags.stream()
                .filter(tag -> tag.isLeftOpenBy(prompt))
                .findFirst()
                .map(ThinkTagParser::openAtStart);
        return open.isPresent() || thinkTags.isEmpty() ? open : Optional.of(ThinkTagParser.closedAtStart(thinkTags));
    }

    boolean thinks() {
        return !thinkTags.isEmpty() || tools == ToolSyntax.HARMONY;
    }
}
