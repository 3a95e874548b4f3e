package io.mlxmanager.chat.parse;

import io.mlxmanager.chat.Tool;
import io.mlxmanager.chat.parse.CallBlock.Call;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The formats of tool calls that are read block by block; names may hold dots, colons and hyphens in all of them. */
public final class CallBlocks {

    private static final Pattern NAME = Pattern.compile("[\\w.:-]+");

    private CallBlocks() {}

    /**
     * Qwen3-Coder: {@code <function=f><parameter=a>…</parameter></function>}, one or more. The line breaks next to the
     * tags are form; other white space belongs to the value.
     */
    public static CallBlock functionTags(List<Tool> tools) {
        ArgumentTypes types = new ArgumentTypes(tools);
        return inside -> {
            List<Call> calls = new ArrayList<>();
            TagReader reader = new TagReader(inside);
            while (!reader.atEnd()) {
                Optional<String> name = reader.after("<function=").flatMap(found -> reader.upTo(">"));
                if (name.isEmpty() || !isName(name.get())) {
                    return Optional.empty();
                }
                JsonObjectBuilder arguments = Json.createObjectBuilder();
                while (reader.after("<parameter=").isPresent()) {
                    Optional<String> key = reader.upTo(">");
                    Optional<String> value = key.flatMap(found -> reader.upTo("</parameter>"));
                    if (value.isEmpty()) {
                        return Optional.empty();
                    }
                    String text = withoutOuterBreaks(value.get());
                    arguments.add(key.get(), types.value(name.get(), key.get(), text));
                }
                if (reader.after("</function>").isEmpty()) {
                    return Optional.empty();
                }
                calls.add(new Call(name.get(), arguments.build().toString()));
            }
            return atLeastOne(calls);
        };
    }

    /** GLM-4.5 and later: {@code f<arg_key>a</arg_key><arg_value>…</arg_value>}, white space between the tags allowed. */
    public static CallBlock argumentTags(List<Tool> tools) {
        ArgumentTypes types = new ArgumentTypes(tools);
        return inside -> {
            int nameEnd = inside.indexOf("<arg_key>");
            String name = (nameEnd < 0 ? inside : inside.substring(0, nameEnd)).strip();
            if (!isName(name)) {
                return Optional.empty();
            }
            JsonObjectBuilder arguments = Json.createObjectBuilder();
            TagReader reader = new TagReader(nameEnd < 0 ? "" : inside.substring(nameEnd));
            while (!reader.atEnd()) {
                Optional<String> key = reader.after("<arg_key>").flatMap(found -> reader.upTo("</arg_key>"));
                Optional<String> value =
                        key.flatMap(found -> reader.after("<arg_value>")).flatMap(found -> reader.upTo("</arg_value>"));
                if (value.isEmpty()) {
                    return Optional.empty();
                }
                arguments.add(key.get().strip(), types.value(name, key.get().strip(), value.get()));
            }
            return Optional.of(List.of(new Call(name, arguments.build().toString())));
        };
    }

    /** Llama: what stands between {@code <function=} and {@code </function>}, that is {@code f>{"a": 1}}. */
    public static CallBlock nameAndObject() {
        return inside -> {
            int end = inside.indexOf('>');
            if (end < 0 || !isName(inside.substring(0, end))) {
                return Optional.empty();
            }
            String name = inside.substring(0, end);
            String object = inside.substring(end + 1).strip();
            if (object.isEmpty()) {
                return Optional.of(List.of(new Call(name, "{}")));
            }
            return ArgumentTypes.json(object)
                    .filter(JsonObject.class::isInstance)
                    .map(value -> List.of(new Call(name, object)));
        };
    }

    private static Optional<List<Call>> atLeastOne(List<Call> calls) {
        return calls.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(calls));
    }

    private static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private static String withoutOuterBreaks(String value) {
        int start = value.startsWith("\n") ? 1 : 0;
        int end = value.length() > start && value.endsWith("\n") ? value.length() - 1 : value.length();
        return value.substring(start, end);
    }

    /** Walks over tags; white space before a tag does not count. */
    private static final class TagReader {

        private final String text;
        private int at;

        TagReader(String text) {
            this.text = text;
        }

        boolean atEnd() {
            return Markers.skipSpace(text, at) == text.length();
        }

        /** Steps over a tag if it comes next. */
        Optional<String> after(String tag) {
            int start = Markers.skipSpace(text, at);
            if (!text.startsWith(tag, start)) {
                return Optional.empty();
            }
            at = start + tag.length();
            return Optional.of(tag);
        }

        /** The text before the next {@code tag}, stepping over both. */
        Optional<String> upTo(String tag) {
            int end = text.indexOf(tag, at);
            if (end < 0) {
                return Optional.empty();
            }
            String before = text.substring(at, end);
            at = end + tag.length();
            return Optional.of(before);
        }
    }
}
