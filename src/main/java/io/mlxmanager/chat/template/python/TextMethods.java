package io.mlxmanager.chat.template.python;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The methods of a text. On safe text they give safe text. */
final class TextMethods {

    private final Budget budget;

    TextMethods(Budget budget) {
        this.budget = budget;
    }

    /** The method, or null when there is none of this name. */
    Callable find(Object value, String name) {
        String text = Types.requireText(value);
        Callable method = findPlain(text, name);
        if (method == null) {
            return null;
        }
        boolean plain = value instanceof String;
        return arguments -> {
            budget.read(text.length());
            return plain ? method.call(arguments) : marked(method.call(arguments));
        };
    }

    private static Object marked(Object result) {
        if (result instanceof String text) {
            return new Markup(text);
        }
        if (result instanceof List<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(marked(item)));
            return items;
        }
        return result instanceof Tuple tuple ? new Tuple(List.copyOf((List<?>) marked(tuple.items()))) : result;
    }

    private Callable findPlain(String text, String name) {
        return switch (name) {
            case "strip" -> strip(name, text, true, true);
            case "lstrip" -> strip(name, text, true, false);
            case "rstrip" -> strip(name, text, false, true);
            case "split" -> split(name, text, false);
            case "rsplit" -> split(name, text, true);
            case "splitlines" ->
                arguments -> {
                    budget.items(TextPieces.mostLines(text));
                    return TextPieces.lines(
                            text, arguments.bind(name, 0, "keepends").truth(0, false));
                };
            case "partition" -> arguments -> TextPieces.partition(text, wanted(name, text, arguments), false);
            case "rpartition" -> arguments -> TextPieces.partition(text, wanted(name, text, arguments), true);
            case "join" ->
                arguments -> join(text, arguments.bind(name, 1, "iterable").find(0));
            case "replace" ->
                arguments -> {
                    Arguments.Bound bound = arguments.bind(name, 2, "old", "new", "count");
                    return replace(text, bound.text(0, ""), bound.text(1, ""), bound.integer(2, -1), budget);
                };
            case "startswith" -> affix(name, text, String::startsWith);
            case "endswith" -> affix(name, text, String::endsWith);
            case "removeprefix" ->
                arguments -> {
                    String prefix = only(name, arguments);
                    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
                };
            case "removesuffix" ->
                arguments -> {
                    String suffix = only(name, arguments);
                    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
                };
            case "find", "rfind", "index", "rindex" -> arguments -> position(name, text, arguments);
            case "count" ->
                arguments -> {
                    Arguments.Bound bound = arguments.bind(name, 1, "sub", "start", "end");
                    budget.search(text.length(), bound.text(0, "").length());
                    return TextPieces.count(TextPieces.window(text, bound), bound.text(0, ""));
                };
            case "center", "ljust", "rjust" -> arguments -> justify(name, text, arguments);
            case "zfill" ->
                arguments -> zeroFill(text, arguments.bind(name, 1, "width").integer(0, 0));
            case "expandtabs" ->
                arguments -> expandTabs(text, arguments.bind(name, 0, "tabsize").integer(0, 8));
            case "format" -> arguments -> new BraceFormat(arguments, new Subscripts(budget), budget).format(text);
            case "format_map" ->
                arguments -> formatMap(text, arguments.bind(name, 1, "mapping").find(0));
            case "upper" -> change(name, text, TextCase::upper);
            case "lower" -> change(name, text, TextCase::lower);
            case "casefold" -> change(name, text, TextCase::fold);
            case "capitalize" -> change(name, text, TextCase::capitalize);
            case "title" -> change(name, text, TextCase::title);
            case "swapcase" -> change(name, text, TextCase::swap);
            default -> {
                Predicate<String> test = TextCase.findTest(name);
                yield test == null
                        ? null
                        : arguments -> {
                            arguments.bind(name, 0);
                            return test.test(text);
                        };
            }
        };
    }

    private Callable change(String name, String text, UnaryOperator<String> change) {
        return arguments -> {
            arguments.bind(name, 0);
            budget.text(text.length());
            return change.apply(text);
        };
    }

    private String wanted(String name, String text, Arguments arguments) {
        String wanted = only(name, arguments);
        budget.search(text.length(), wanted.length());
        return wanted;
    }

    private static String only(String name, Arguments arguments) {
        return arguments.bind(name, 1, "value").text(0, "");
    }

    private Callable strip(String name, String text, boolean left, boolean right) {
        return arguments -> {
            Arguments.Bound bound = arguments.bind(name, 0, "chars");
            budget.text(text.length());
            String characters = bound.isSaid(0) ? bound.text(0, "") : null;
            if (characters != null) {
                budget.search(text.length() + characters.length(), characters.length());
            }
            return TextPieces.strip(text, characters, left, right);
        };
    }

    private Callable split(String name, String text, boolean fromRight) {
        return arguments -> {
            Arguments.Bound bound = arguments.bind(name, 0, "sep", "maxsplit");
            budget.text(text.length());
            String separator = bound.isSaid(0) ? bound.text(0, "") : null;
            if (separator != null) {
                budget.search(text.length(), separator.length());
            }
            long most = bound.integer(1, -1);
            long pieces = TextPieces.pieces(text, separator);
            budget.items(most < 0 ? pieces : Math.min(pieces, most + 1));
            return TextPieces.split(text, separator, most, fromRight);
        };
    }

    private static Callable affix(String name, String text, BiPredicate<String, String> test) {
        return arguments -> {
            Arguments.Bound bound = arguments.bind(name, 1, "affix", "start", "end");
            String window = TextPieces.window(text, bound);
            if (bound.find(0) instanceof Tuple options) {
                return options.items().stream().anyMatch(option -> test.test(window, Types.requireText(option)));
            }
            if (!Types.isText(bound.find(0))) {
                throw new PythonException(
                        name + " first arg must be str or a tuple of str, not " + Types.name(bound.find(0)));
            }
            return test.test(window, bound.text(0, ""));
        };
    }

    private Object position(String name, String text, Arguments arguments) {
        Arguments.Bound bound = arguments.bind(name, 1, "sub", "start", "end");
        String window = TextPieces.window(text, bound);
        String wanted = bound.text(0, "");
        budget.search(window.length(), wanted.length());
        int at = name.startsWith("r") ? window.lastIndexOf(wanted) : window.indexOf(wanted);
        if (at < 0) {
            if (name.endsWith("index")) {
                throw new PythonException("substring not found");
            }
            return -1L;
        }
        return CodePoints.length(window.substring(0, at)) + TextPieces.windowStart(text, bound);
    }

    private Object join(String separator, Object iterable) {
        List<Object> items = Types.toList(iterable, budget);
        StringBuilder out = new StringBuilder();
        int index = 0;
        for (Object item : items) {
            if (!Types.isText(item)) {
                throw new PythonException(
                        "sequence item " + index + ": expected str instance, " + Types.name(item) + " found");
            }
            String text = Types.requireText(item);
            budget.grow(out.length(), (long) separator.length() + text.length());
            out.append(index == 0 ? "" : separator).append(text);
            index++;
        }
        return out.toString();
    }

    /** @param most how many to replace, or negative for all */
    static String replace(String text, String old, String replacement, long most, Budget budget) {
        budget.search(text.length(), old.length());
        long found = TextPieces.count(text, old);
        long times = most < 0 ? found : Math.min(found, most);
        budget.text(text.length() + times * Math.max(0, replacement.length() - old.length()));
        if (times == 0) {
            return text;
        }
        if (times == found) {
            return text.replace(old, replacement);
        }
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (long i = 0; i < times; i++) {
            int at = old.isEmpty() ? text.offsetByCodePoints(0, (int) i) : text.indexOf(old, from);
            out.append(text, from, at).append(replacement);
            from = at + old.length();
        }
        return out.append(text, from, text.length()).toString();
    }

    private Object justify(String name, String text, Arguments arguments) {
        Arguments.Bound bound = arguments.bind(name, 1, "width", "fillchar");
        long width = bound.integer(0, 0);
        String fill = bound.text(1, " ");
        if (CodePoints.length(fill) != 1) {
            throw new PythonException("The fill character must be exactly one character long");
        }
        int length = CodePoints.length(text);
        budget.text(Math.max(width, length));
        int missing = (int) Math.max(0, width - length);
        int left = switch (name) {
            case "ljust" -> 0;
            case "rjust" -> missing;
            default -> missing / 2 + (missing & (int) width & 1);
        };
        return fill.repeat(left) + text + fill.repeat(missing - left);
    }

    private Object zeroFill(String text, long width) {
        int length = CodePoints.length(text);
        budget.text(Math.max(width, length));
        String zeros = "0".repeat((int) Math.max(0, width - length));
        boolean signed = text.startsWith("+") || text.startsWith("-");
        return signed ? text.charAt(0) + zeros + text.substring(1) : zeros + text;
    }

    private Object expandTabs(String text, long size) {
        StringBuilder out = new StringBuilder();
        long column = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\t') {
                long spaces = size > 0 ? size - column % size : 0;
                budget.text(out.length() + spaces);
                out.append(" ".repeat((int) spaces));
                column += spaces;
            } else {
                out.append(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }

    private Object formatMap(String text, Object mapping) {
        if (!(mapping instanceof Dict dict)) {
            throw new PythonException("format_map() argument must be a mapping");
        }
        Map<String, Object> named = new HashMap<>();
        for (Object key : dict.keys()) {
            if (Types.isText(key)) {
                named.put(Types.requireText(key), dict.find(key));
            }
        }
        return new BraceFormat(new Arguments(List.of(), named), new Subscripts(budget), budget).format(text);
    }
}
