package io.mlxmanager.chat.family;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.parse.BlockParser;
import io.mlxmanager.chat.parse.CallBlocks;
import io.mlxmanager.chat.parse.HermesParser;
import io.mlxmanager.chat.parse.StreamParser;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The ways in which models write tool calls. A new one is a parser and a constant here. */
public enum ToolSyntax {

    /** {@code <tool_call>{"name": …, "arguments": …}</tool_call>}. */
    HERMES {
        @Override
        boolean isTaughtBy(String template) {
            boolean otherInside = template.contains("<function=") || template.contains("<arg_key>");
            return template.contains("<tool_call>") && template.contains("arguments") && !otherInside;
        }

        @Override
        Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids) {
            return Optional.of(new HermesParser(ids));
        }
    },

    /** {@code <tool_call><function=f><parameter=a>…</parameter></function></tool_call>}, as Qwen3-Coder. */
    FUNCTION_TAGS {
        @Override
        boolean isTaughtBy(String template) {
            return template.contains("<tool_call>")
                    && template.contains("<function=")
                    && template.contains("<parameter=");
        }

        @Override
        Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids) {
            return Optional.of(new BlockParser("<tool_call>", "</tool_call>", CallBlocks.functionTags(tools), ids));
        }
    },

    /** {@code <tool_call>f<arg_key>a</arg_key><arg_value>…</arg_value></tool_call>}, as GLM. */
    ARGUMENT_TAGS {
        @Override
        boolean isTaughtBy(String template) {
            return template.contains("<tool_call>") && template.contains("<arg_key>");
        }

        @Override
        Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids) {
            return Optional.of(new BlockParser("<tool_call>", "</tool_call>", CallBlocks.argumentTags(tools), ids));
        }
    },

    /** {@code <function=f>{"a": …}</function>}, as Llama. */
    FUNCTION_OBJECT {
        @Override
        boolean isTaughtBy(String template) {
            return template.contains("<function=")
                    && template.contains("</function>")
                    && !template.contains("<parameter=")
                    && !template.contains("tool_call>");
        }

        @Override
        Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids) {
            return Optional.of(new BlockParser("<function=", "</function>", CallBlocks.nameAndObject(), ids));
        }
    },

    /** None that is known: calls stay text. */
    NONE {
        @Override
        boolean isTaughtBy(String template) {
            return true;
        }

        @Override
        Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids) {
            return Optional.empty();
        }
    };

    /** Whether a template shows calls in this syntax. */
    abstract boolean isTaughtBy(String template);

    /** A parser for one answer to a request that offered {@code tools}. */
    abstract Optional<StreamParser> parser(List<Tool> tools, Supplier<String> ids);

    /** The first syntax that the template shows. */
    static ToolSyntax of(String template) {
        for (ToolSyntax syntax : values()) {
            if (syntax.isTaughtBy(template)) {
                return syntax;
            }
        }
        return NONE;
    }
}
