package io.mlxmanager.chat.family;

import io.mlxmanager.chat.parse.HermesParser;
import io.mlxmanager.chat.parse.StreamParser;
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
        Optional<StreamParser> parser(Supplier<String> ids) {
            return Optional.of(new HermesParser(ids));
        }
    },

    /** None that is known: calls stay text. */
    NONE {
        @Override
        boolean isTaughtBy(String template) {
            return true;
        }

        @Override
        Optional<StreamParser> parser(Supplier<String> ids) {
            return Optional.empty();
        }
    };

    /** Whether a template shows calls in this syntax. */
    abstract boolean isTaughtBy(String template);

    /** A parser for one answer. */
    abstract Optional<StreamParser> parser(Supplier<String> ids);

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
