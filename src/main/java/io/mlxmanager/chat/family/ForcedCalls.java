package io.mlxmanager.chat.family;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.constraint.CodePoints;
import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Form.Marker;
import io.mlxmanager.chat.constraint.Form.Repeat;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.Literals;
import io.mlxmanager.chat.constraint.SchemaReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * The grammar of tool calls, as a model is used to write them, so that a call that is demanded always comes and can always be
 * read. Arguments follow the tool's schema; where the tool is not strict and its schema has keywords that cannot be kept to,
 * they are any JSON object.
 */
final class ForcedCalls {

    private final ToolSyntax syntax;
    private final Map<String, Form> rules = new HashMap<>();

    private ForcedCalls(ToolSyntax syntax) {
        this.syntax = syntax;
    }

    /**
     * At least one call of any of the tools.
     *
     * @param several whether more may follow, in syntaxes that allow it
     * @throws GrammarException when nobody knows how this model's calls would have to look, or a strict tool's schema cannot
     *     be kept to
     */
    static Grammar of(ToolSyntax syntax, List<Tool> tools, boolean several) {
        ForcedCalls forced = new ForcedCalls(syntax);
        List<Form> calls = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            calls.add(forced.call(tools.get(i), "tool " + i + " "));
        }
        Form call = new Form.Choice(calls);
        return new Grammar(forced.rules, forced.around(call, several ? Repeat.UNBOUNDED : 0));
    }

    /** One call. */
    private Form call(Tool tool, String scope) {
        String name = tool.name();
        return switch (syntax) {
            case HERMES, MISTRAL_LIST, PHI, TOOL_CALLS_LIST, GIGACHAT ->
                object("{\"name\": ", name, ", \"arguments\": ", arguments(tool, scope, ""));
            case BARE_JSON -> object("{\"name\": ", name, ", \"parameters\": ", arguments(tool, scope, ""));
            case COHERE ->
                object(
                        "{\"tool_call_id\": \"0\", \"tool_name\": ",
                        name,
                        ", \"parameters\": ",
                        arguments(tool, scope, ""));
            case APERTUS -> object("{", name, ": ", arguments(tool, scope, ""));
            case FUNCTION_OBJECT ->
                Form.sequence(
                        Form.text("<function=" + name + ">"),
                        arguments(tool, scope, "</function>"),
                        Form.text("</function>"));
            case MISTRAL_ARGS ->
                Form.sequence(
                        new Marker("[TOOL_CALLS]"), Form.text(name), new Marker("[ARGS]"), arguments(tool, scope, ""));
            case DEEPSEEK ->
                Form.sequence(
                        new Marker("<｜tool▁call▁begin｜>"),
                        Form.text("function"),
                        new Marker("<｜tool▁sep｜>"),
                        Form.text(name + "\n```json\n"),
                        arguments(tool, scope, "```"),
                        Form.text("\n```"),
                        new Marker("<｜tool▁call▁end｜>"));
            case KIMI ->
                Form.sequence(
                        new Marker("<|tool_call_begin|>"),
                        Form.text("functions." + name + ":"),
                        new Repeat(Form.chars(CodePoints.range('0', '9')), 1, 3),
                        new Marker("<|tool_call_argument_begin|>"),
                        arguments(tool, scope, ""),
                        new Marker("<|tool_call_end|>"));
            case HARMONY ->
                Form.sequence(
                        new Marker("<|channel|>"),
                        Form.text("commentary to=functions." + name + " "),
                        new Marker("<|constrain|>"),
                        Form.text("json"),
                        new Marker("<|message|>"),
                        arguments(tool, scope, "<|"));
            case FUNCTION_TAGS, SEED_TAGS ->
                Form.sequence(
                        Form.text("<function=" + name + ">\n"),
                        tagged(
                                tool,
                                scope,
                                new Tags(
                                        argument -> "<parameter=" + argument + ">\n",
                                        "\n</parameter>\n",
                                        "tool_call>")),
                        Form.text("</function>"));
            case ARGUMENT_TAGS ->
                Form.sequence(
                        Form.text(name + "\n"),
                        tagged(
                                tool,
                                scope,
                                new Tags(
                                        argument -> "<arg_key>" + argument + "</arg_key>\n<arg_value>",
                                        "</arg_value>\n",
                                        "</tool_call>")));
            case MINIMAX -> invoked(tool, scope, "", "");
            case DEEPSEEK_TAGS -> invoked(tool, scope, "｜DSML｜", " string=\"true\"");
            case PYTHON_LIST ->
                Form.sequence(
                        Form.text(name + "("),
                        named(tool, scope, "<|tool_call_start|>", "<|tool_call_end|>"),
                        Form.text(")"));
            case FUNCTION_GEMMA -> quoted(tool, scope, "<start_function_call>", "<escape>", "<end_function_call>");
            case GEMMA_4 -> quoted(tool, scope, "<|tool_call>", "<|\"|>", "<tool_call|>");
            case NONE ->
                throw new GrammarException(
                        GrammarException.Kind.UNSUPPORTED,
                        "tool_choice",
                        "cannot demand a call from this model: it is not known how to make it write one (" + syntax
                                + ").");
        };
    }

    /** What stands around the calls, and how many more may follow. */
    private Form around(Form call, int more) {
        Form line = Form.text("\n");
        return switch (syntax) {
            case HERMES, FUNCTION_TAGS -> blocks("<tool_call>", Form.sequence(line, call, line), "</tool_call>", more);
            case SEED_TAGS -> blocks("<seed:tool_call>", Form.sequence(line, call, line), "</seed:tool_call>", more);
            case ARGUMENT_TAGS -> blocks("<tool_call>", call, "</tool_call>", more);
            case FUNCTION_OBJECT -> separated(call, "\n", more);
            case MISTRAL_ARGS -> separated(call, "", more);
            case MISTRAL_LIST -> Form.sequence(new Marker("[TOOL_CALLS]"), list(call, more));
            case PHI -> between("<|tool_call|>", list(call, more), "<|/tool_call|>");
            case TOOL_CALLS_LIST -> between("<tool_calls>", list(call, more), "</tool_calls>");
            case COHERE -> between("<|START_ACTION|>", list(call, more), "<|END_ACTION|>");
            case APERTUS -> between("<|tools_prefix|>", list(call, more), "<|tools_suffix|>");
            case GIGACHAT -> Form.sequence(Form.text("function call"), new Marker("<|role_sep|>"), call);
            case DEEPSEEK -> between("<｜tool▁calls▁begin｜>", separated(call, "\n", more), "<｜tool▁calls▁end｜>");
            case KIMI ->
                between("<|tool_calls_section_begin|>", separated(call, "", more), "<|tool_calls_section_end|>");
            case MINIMAX ->
                between(
                        "<minimax:tool_call>",
                        Form.sequence(line, separated(call, "\n", more), line),
                        "</minimax:tool_call>");
            case DEEPSEEK_TAGS ->
                between(
                        "<｜DSML｜function_calls>",
                        Form.sequence(line, separated(call, "\n", more), line),
                        "</｜DSML｜function_calls>");
            case PYTHON_LIST -> between("<|tool_call_start|>", list(call, more), "<|tool_call_end|>");
            case FUNCTION_GEMMA, GEMMA_4 -> separated(call, "", more);
            case BARE_JSON, HARMONY -> call;
            case NONE -> throw new IllegalStateException(syntax + " has no calls");
        };
    }

    private static Form object(String start, String name, String middle, Form arguments) {
        return Form.sequence(
                Form.text(start), new Form.Quoted(Form.text(name)), Form.text(middle), arguments, Form.text("}"));
    }

    private static Form between(String open, Form inside, String close) {
        return Form.sequence(new Marker(open), inside, new Marker(close));
    }

    private static Form blocks(String open, Form inside, String close, int more) {
        return separated(between(open, inside, close), "\n", more);
    }

    private static Form separated(Form call, String separator, int more) {
        return Form.sequence(call, new Repeat(Form.sequence(Form.text(separator), call), 0, more));
    }

    private static Form list(Form call, int more) {
        return Form.sequence(Form.text("["), separated(call, ", ", more), Form.text("]"));
    }

    /** The arguments as one JSON object. */
    private static Grammar json(Tool tool) {
        return tool.parameters().isEmpty()
                ? Grammar.of(Form.text("{}"))
                : ToolArgument.kept(
                        tool, "", () -> SchemaReader.readObject(tool.parameters()), SchemaReader.anyObject());
    }

    /** The arguments as one JSON object, in whose strings {@code end} does not occur. */
    private Form arguments(Tool tool, String scope, String end) {
        Grammar grammar = json(tool);
        return placed(end.isEmpty() ? grammar : grammar.withoutInStrings(end), scope);
    }

    private Form placed(Grammar grammar, String scope) {
        Grammar own = grammar.scoped(scope);
        rules.putAll(own.rules());
        return own.root();
    }

    /**
     * What stands around one argument.
     *
     * @param outer what ends all calls, and so may not stand in an argument either
     */
    private record Tags(UnaryOperator<String> text, UnaryOperator<String> json, String close, String outer) {
        Tags(UnaryOperator<String> open, String close, String outer) {
            this(open, open, close, outer);
        }
    }

    private Form invoked(Tool tool, String scope, String mark, String asText) {
        String open = "<" + mark + "parameter name=\"";
        Tags tags = new Tags(
                name -> open + name + "\"" + asText + ">",
                name -> open + name + "\"" + asText.replace("true", "false") + ">",
                "</" + mark + "parameter>\n",
                "</" + mark + "invoke>");
        return Form.sequence(
                Form.text("<" + mark + "invoke name=\"" + tool.name() + "\">\n"),
                tagged(tool, scope, tags),
                Form.text("</" + mark + "invoke>"));
    }

    /** The arguments between tags: text as it is, everything else as JSON. */
    private Form tagged(Tool tool, String scope, Tags tags) {
        List<Form> parts = new ArrayList<>();
        for (ToolArgument argument : ToolArgument.of(tool)) {
            boolean text = argument.isText();
            Form value = text
                    ? new Form.All(List.of(
                            argument.text(), new Form.Without(tags.close.strip()), new Form.Without(tags.outer)))
                    : placed(
                            argument.json().withoutInStrings(tags.close.strip()).withoutInStrings(tags.outer),
                            scope + argument.name() + " ");
            String open = (text ? tags.text : tags.json).apply(argument.name());
            Form written = Form.sequence(Form.text(open), value, Form.text(tags.close));
            parts.add(argument.required() ? written : Form.optional(written));
        }
        return new Form.Sequence(parts);
    }

    /** {@code a="x", b=[True]} as Python. */
    private Form named(Tool tool, String scope, String open, String close) {
        Form behind = Form.empty();
        Form first = Form.empty();
        List<ToolArgument> arguments = ToolArgument.of(tool);
        for (int i = arguments.size() - 1; i >= 0; i--) {
            ToolArgument argument = arguments.get(i);
            if (!Literals.isBare(argument.name())) {
                throw new GrammarException(
                        GrammarException.Kind.UNSUPPORTED,
                        "tools[" + tool.name() + "].function.parameters.properties." + argument.name(),
                        "is no name that this model could write in a call.");
            }
            Grammar value =
                    Literals.inPython(argument.json().withoutInStrings(open).withoutInStrings(close));
            String rule = scope + "argument " + argument.name();
            rules.put(
                    rule,
                    Form.sequence(Form.text(argument.name() + "="), placed(value, scope + argument.name() + " ")));
            Form written = new Form.Reference(rule);
            Form next = Form.sequence(Form.text(", "), written);
            Form asFirst = Form.sequence(written, behind);
            first = argument.required() ? asFirst : Form.choice(asFirst, first);
            behind = Form.sequence(argument.required() ? next : Form.optional(next), behind);
        }
        return first;
    }

    /** {@code call:f{a:…}} with a token of its own around strings. */
    private Form quoted(Tool tool, String scope, String open, String quote, String close) {
        Grammar arguments = json(tool).withoutInStrings(open).withoutInStrings(close);
        return between(
                open,
                Form.sequence(Form.text("call:" + tool.name()), placed(Literals.quotedBy(quote, arguments), scope)),
                close);
    }
}
