package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Markup;
import io.mlxmanager.chat.template.python.None;
import io.mlxmanager.chat.template.python.PercentFormat;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.TextCase;
import io.mlxmanager.chat.template.python.TextPieces;
import io.mlxmanager.chat.template.python.Tuple;
import io.mlxmanager.chat.template.python.Types;
import io.mlxmanager.chat.template.python.Undefined;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Filters that make texts of texts. */
final class TextFilters {

    private static final Pattern WORD_START = Pattern.compile("[-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

    private TextFilters() {}

    static void addTo(Map<String, Filter> filters) {
        filters.put("string", (value, arguments, rendering) -> soft(value, rendering));
        filters.put("upper", (value, arguments, rendering) -> method(value, "upper", arguments, rendering));
        filters.put("lower", (value, arguments, rendering) -> method(value, "lower", arguments, rendering));
        filters.put("capitalize", (value, arguments, rendering) -> method(value, "capitalize", arguments, rendering));
        filters.put("title", TextFilters::title);
        filters.put("trim", (value, arguments, rendering) -> method(value, "strip", arguments, rendering));
        filters.put("center", TextFilters::center);
        filters.put("replace", TextFilters::replace);
        filters.put("indent", TextFilters::indent);
        filters.put("truncate", TextFilters::truncate);
        filters.put(
                "wordcount",
                (value, arguments, rendering) ->
                        WORD.matcher(rendering.str(value)).results().count());
        filters.put("format", TextFilters::format);
        filters.put("escape", TextFilters::escape);
        filters.put("e", TextFilters::escape);
        filters.put("forceescape", (value, arguments, rendering) -> Markup.escape(rendering.str(value)));
        filters.put("safe", (value, arguments, rendering) -> new Markup(rendering.str(value)));
        filters.put("striptags", TextFilters::stripTags);
        filters.put("urlencode", TextFilters::urlEncode);
        filters.put("xmlattr", TextFilters::xmlAttributes);
    }

    /** The value as text; safe text stays safe. */
    private static Object soft(Object value, Rendering rendering) {
        return Types.isText(value) ? value : rendering.str(value);
    }

    private static Object method(Object value, String name, Arguments arguments, Rendering rendering) {
        Object text = soft(value, rendering);
        return ((Callable) rendering.subscripts().attribute(text, name)).call(arguments);
    }

    private static Object title(Object value, Arguments arguments, Rendering rendering) {
        String text = rendering.str(value);
        StringBuilder out = new StringBuilder();
        Matcher separators = WORD_START.matcher(text);
        int from = 0;
        while (separators.find()) {
            appendTitled(text.substring(from, separators.start()), out);
            out.append(separators.group());
            from = separators.end();
        }
        appendTitled(text.substring(from), out);
        return out.toString();
    }

    private static void appendTitled(String word, StringBuilder out) {
        if (!word.isEmpty()) {
            int first = word.offsetByCodePoints(0, 1);
            out.append(TextCase.upper(word.substring(0, first))).append(TextCase.lower(word.substring(first)));
        }
    }

    private static Object center(Object value, Arguments arguments, Rendering rendering) {
        long width = arguments.bind("center", 0, "width").integer(0, 80);
        return method(value, "center", new Arguments(List.of(width), Map.of()), rendering);
    }

    private static Object replace(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("replace", 2, "old", "new", "count");
        List<Object> texts = List.of(
                rendering.str(bound.find(0)),
                rendering.str(bound.find(1)),
                bound.isSaid(2) ? bound.find(2) : (Object) Long.valueOf(-1));
        return method(rendering.str(value), "replace", new Arguments(texts, Map.of()), rendering);
    }

    private static Object indent(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("indent", 0, "width", "first", "blank");
        Object width = bound.orElse(0, 4L);
        Object step = Types.isText(width) ? width : rendering.operators().multiply(" ", width);
        String indention = Types.requireText(step);
        boolean blank = bound.truth(2, false);
        rendering.budget().items(TextPieces.mostLines(Types.requireText(value)));
        List<Object> lines = TextPieces.lines(Types.requireText(value) + "\n", false);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            String line = (String) lines.get(i);
            boolean indented = i == 0 ? bound.truth(1, false) : blank || !line.isEmpty();
            rendering.write((i == 0 ? "" : "\n") + (indented ? indention : "") + line, out);
        }
        return value instanceof Markup ? new Markup(out.toString()) : out.toString();
    }

    private static Object truncate(Object value, Arguments arguments, Rendering rendering) {
        Arguments.Bound bound = arguments.bind("truncate", 0, "length", "killwords", "end", "leeway");
        long length = bound.integer(0, 255);
        String end = bound.text(2, "...");
        long leeway = bound.isSaid(3) ? bound.integer(3, 5) : 5;
        long endLength = Types.length(end);
        if (length < endLength || leeway < 0) {
            throw new PythonException("expected length >= " + endLength + " and leeway >= 0");
        }
        if (Types.length(value) <= length + leeway) {
            return value;
        }
        Object cut = rendering.subscripts().slice(value, null, length - endLength, null);
        if (!bound.truth(1, false)) {
            Arguments once = new Arguments(List.of(" ", 1L), Map.of());
            List<?> words = (List<?>) method(cut, "rsplit", once, rendering);
            cut = words.get(0);
        }
        return rendering.operators().add(cut, end);
    }

    private static Object format(Object value, Arguments arguments, Rendering rendering) {
        if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
            throw new PythonException("can't handle positional and keyword arguments at the same time");
        }
        Object values = new Tuple(arguments.positional());
        if (!arguments.named().isEmpty()) {
            Dict dict = new Dict();
            arguments.named().forEach(dict::put);
            values = dict;
        }
        return PercentFormat.format(rendering.str(value), values, rendering.budget());
    }

    private static Object escape(Object value, Arguments arguments, Rendering rendering) {
        return value instanceof Markup ? value : Markup.escape(rendering.str(value));
    }

    private static Object stripTags(Object value, Arguments arguments, Rendering rendering) {
        StringBuilder out = new StringBuilder();
        String text = rendering.str(value);
        int lastTag = text.lastIndexOf('>');
        int lastComment = text.lastIndexOf("-->");
        int i = 0;
        while (i < text.length()) {
            boolean comment = text.startsWith("<!--", i);
            // What is not closed anywhere is not looked for at every place.
            boolean closed = comment ? i <= lastComment : text.charAt(i) == '<' && i < lastTag;
            if (closed) {
                i = comment ? text.indexOf("-->", i) + 3 : text.indexOf('>', i) + 1;
            } else {
                out.append(text.charAt(i));
                i++;
            }
        }
        rendering.budget().items(TextPieces.pieces(out.toString(), null));
        String plain =
                TextPieces.words(out.toString()).stream().map(String::valueOf).collect(Collectors.joining(" "));
        return plain.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    private static Object urlEncode(Object value, Arguments arguments, Rendering rendering) {
        if (Types.isText(value) || Types.findItems(value) == null) {
            String text = rendering.str(value);
            rendering.budget().text(3L * text.length());
            return encode(text, "/");
        }
        List<Object> pairs = value instanceof Dict dict ? dict.items() : Types.toList(value, rendering.budget());
        return pairs.stream()
                .map(pair -> formEncode(Types.toList(pair, rendering.budget()), rendering))
                .collect(Collectors.joining("&"));
    }

    private static String formEncode(List<Object> pair, Rendering rendering) {
        if (pair.size() != 2) {
            throw new PythonException("expected a pair of name and value, got " + pair.size() + " values");
        }
        return pair.stream()
                .map(each -> encode(rendering.str(each), "").replace("%20", "+"))
                .collect(Collectors.joining("="));
    }

    private static String encode(String text, String safe) {
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("*", "%2A")
                .replace("%7E", "~");
        return safe.isEmpty() ? encoded : encoded.replace("%2F", "/");
    }

    private static Object xmlAttributes(Object value, Arguments arguments, Rendering rendering) {
        boolean space = arguments.bind("xmlattr", 0, "autospace").truth(0, true);
        if (!(value instanceof Dict dict)) {
            throw new PythonException("'" + Types.name(value) + "' object has no attribute 'items'");
        }
        StringBuilder out = new StringBuilder();
        for (Object key : dict.keys()) {
            Object attribute = dict.find(key);
            if (attribute == None.NONE || attribute instanceof Undefined) {
                continue;
            }
            String name = Types.requireText(key);
            if (name.matches("(?s).*[\\s/>=].*")) {
                throw new PythonException("Invalid character in attribute name: " + name.toLowerCase(Locale.ROOT));
            }
            out.append(out.isEmpty() ? "" : " ");
            out.append(Markup.escape(name).text()).append("=\"");
            out.append(((Markup) escape(attribute, arguments, rendering)).text())
                    .append('"');
        }
        return space && !out.isEmpty() ? " " + out : out.toString();
    }
}
