package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.ToolChoice;
import io.mlxmanager.protocol.Fields;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads {@code tools} and {@code tool_choice} of a chat completion request. Stateless and thread-safe. */
final class ToolReader {

    static final int MOST_TOOLS = 256;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    List<Tool> readAll(Fields request, List<String> ignored) {
        List<Tool> tools = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (JsonValue value : request.list("tools", MOST_TOOLS)) {
            Fields declaration = Fields.of(value, "tools[" + tools.size() + "]");
            Tool tool = read(declaration, ignored);
            if (!names.add(tool.name())) {
                throw declaration
                        .fields("function")
                        .orElseThrow()
                        .invalid("name", "\"" + tool.name() + "\" is used by more than one tool.");
            }
            tools.add(tool);
        }
        return tools;
    }

    private static Tool read(Fields declaration, List<String> ignored) {
        String type = declaration.requiredString("type");
        if (!type.equals("function")) {
            throw declaration.unsupportedValue("type", "\"" + type + "\"", "function");
        }
        Fields function = declaration.fields("function").orElseThrow(() -> declaration.missing("function"));
        if (!NAME.matcher(function.requiredString("name")).matches()) {
            throw function.invalid("name", "must be 1 to 128 letters, digits, dots, underscores or hyphens.");
        }
        function.string("description");
        function.fields("parameters");
        function.bool("strict", false);
        return Tool.fromDeclaration(declaration.object());
    }

    /** Paths of the wish for exact arguments, which is kept to only when a call is demanded. */
    static List<String> strict(List<Tool> offered) {
        return IntStream.range(0, offered.size())
                .filter(i -> offered.get(i).strict())
                .mapToObj(i -> "tools[" + i + "].function.strict")
                .toList();
    }

    /** @param offered the tools of the same request */
    ToolChoice readChoice(Fields request, List<Tool> offered) {
        Optional<JsonValue> value = request.value("tool_choice");
        if (value.isEmpty()) {
            return new ToolChoice.Auto();
        }
        if (!(value.get() instanceof JsonString mode)) {
            return named(Fields.of(value.get(), "tool_choice"), offered);
        }
        return switch (mode.getString()) {
            case "none" -> new ToolChoice.None();
            case "auto" -> new ToolChoice.Auto();
            case "required" -> {
                if (offered.isEmpty()) {
                    throw request.invalid("tool_choice", "is \"required\", but there are no tools.");
                }
                yield new ToolChoice.Required();
            }
            default -> throw request.invalid("tool_choice", "must be none, auto, required or a named function.");
        };
    }

    private static ToolChoice named(Fields choice, List<Tool> offered) {
        String type = choice.requiredString("type");
        if (!type.equals("function")) {
            throw choice.unsupportedValue("type", "\"" + type + "\"", "function");
        }
        Fields function = choice.fields("function").orElseThrow(() -> choice.missing("function"));
        String name = function.requiredString("name");
        if (offered.stream().noneMatch(tool -> tool.name().equals(name))) {
            throw function.invalid("name", "\"" + name + "\" is not one of the tools.");
        }
        return new ToolChoice.Named(name);
    }
}
