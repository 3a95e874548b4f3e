package io.mlxmanager.chat.family;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.constraint.Form;
import io.mlxmanager.chat.constraint.Form.Repeat;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.SchemaReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The grammar of tool calls, as a model is used to write them, so that a call that is demanded always comes and can always be
 * read. Arguments follow the tool's schema; where the tool is not strict and its schema has keywords that cannot be kept to,
 * they are any JSON object.
 */
final class ForcedCalls {

    private static final Set<ToolSyntax> KNOWN = EnumSet.of(
            ToolSyntax.HERMES, ToolSyntax.FUNCTION_TAGS, ToolSyntax.ARGUMENT_TAGS, ToolSyntax.FUNCTION_OBJECT);

    private final ToolSyntax syntax;
    private final Map<String, Form> rules = new HashMap<>();

    private ForcedCalls(ToolSyntax syntax) {
        this.syntax = syntax;
    }

    /** Whether it is known how to make a model write calls in this syntax. */
    static boolean knows(ToolSyntax syntax) {
        return KNOWN.contains(syntax);
    }

    /**
     * At least one call of any of the tools.
     *
     * @param several whether more may follow
     * @throws GrammarException when nobody knows how this model's calls would have to look, or a strict tool's schema cannot
     *     be kept to
     */
    static Grammar of(ToolSyntax syntax, List<Tool> tools, boolean several) {
        ForcedCalls forced = new ForcedCalls(syntax);
        List<Form> calls = new ArrayList<>();
        for (int i = 0; i < tools.size(); i++) {
            calls.add(forced.call(tools.get(i), "tool " + i + " "));
        }
        return new Grammar(forced.rules, forced.all(new Form.Choice(calls), several));
    }

    /** One call with what stands around it. */
    private Form call(Tool tool, String scope) {
        return switch (syntax) {
            case HERMES ->
                Form.sequence(
                        Form.text("{\"name\": "),
                        new Form.Quoted(Form.text(tool.name())),
                        Form.text(", \"arguments\": "),
                        arguments(tool, scope, ""),
                        Form.text("}"));
            case FUNCTION_OBJECT ->
                Form.sequence(
                        Form.text("<function=" + tool.name() + ">"),
                        arguments(tool, scope, "</function>"),
                        Form.text("</function>"));
            case FUNCTION_TAGS ->
                Form.sequence(
                        Form.text("<function=" + tool.name() + ">\n"),
                        tagged(tool, scope, name -> "<parameter=" + name + ">\n", "\n</parameter>\n", "</parameter>"),
                        Form.text("</function>"));
            case ARGUMENT_TAGS ->
                Form.sequence(
                        Form.text(tool.name() + "\n"),
                        tagged(
                                tool,
                                scope,
                                name -> "<arg_key>" + name + "</arg_key>\n<arg_value>",
                                "</arg_value>\n",
                                "</arg_value>"));
            default -> throw unknown();
        };
    }

    /** All calls. */
    private Form all(Form call, boolean several) {
        int more = several ? Repeat.UNBOUNDED : 0;
        return switch (syntax) {
            case HERMES, FUNCTION_TAGS -> {
                Form block = Form.sequence(
                        new Form.Marker("<tool_call>"), Form.text("\n"), call, Form.text("\n"), new Form.Marker("</tool_call>"));
                yield Form.sequence(block, new Repeat(Form.sequence(Form.text("\n"), block), 0, more));
            }
            case ARGUMENT_TAGS -> {
                Form block = Form.sequence(new Form.Marker("<tool_call>"), call, new Form.Marker("</tool_call>"));
                yield Form.sequence(block, new Repeat(Form.sequence(Form.text("\n"), block), 0, more));
            }
            case FUNCTION_OBJECT -> Form.sequence(call, new Repeat(Form.sequence(Form.text("\n"), call), 0, more));
            default -> throw unknown();
        };
    }

    private GrammarException unknown() {
        return new GrammarException(
                GrammarException.Kind.UNSUPPORTED,
                "tool_choice",
                "cannot demand a call from this model: it is not known how to make it write one (" + syntax + ").");
    }

    /** The arguments as one JSON object. */
    private Form arguments(Tool tool, String scope, String end) {
        return placed(end.isEmpty() ? grammar(tool) : grammar(tool).withoutInStrings(end), scope);
    }

    private Form placed(Grammar grammar, String scope) {
        Grammar own = grammar.scoped(scope);
        rules.putAll(own.rules());
        return own.root();
    }

    private static Grammar grammar(Tool tool) {
        if (tool.parameters().isEmpty()) {
            return Grammar.of(Form.text("{}"));
        }
        return ToolArgument.kept(tool, "", () -> SchemaReader.readObject(tool.parameters()), SchemaReader.anyObject());
    }

    /** The arguments between tags: text as it is, everything else as JSON. */
    private Form tagged(Tool tool, String scope, UnaryOperator<String> open, String close, String end) {
        List<Form> parts = new ArrayList<>();
        for (ToolArgument argument : ToolArgument.of(tool)) {
            Form value = argument.text()
                    .map(text -> (Form) new Form.All(
                            List.of(text, new Form.Without(end), new Form.Without("</tool_call>"))))
                    .orElseGet(() -> placed(
                            argument.json().withoutInStrings(end).withoutInStrings("</tool_call>"),
                            scope + argument.name() + " "));
            Form written = Form.sequence(Form.text(open.apply(argument.name())), value, Form.text(close));
            parts.add(argument.required() ? written : Form.optional(written));
        }
        return new Form.Sequence(parts);
    }
}
