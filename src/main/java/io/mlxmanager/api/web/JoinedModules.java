package io.mlxmanager.api.web;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Modules of the page as one that exports what all of them export, so that a first visit asks once and not sixty times.
 * Each stays in a scope of its own with its lines as they were written; only its imports and exports are led through names of
 * the whole. What cannot be joined so, a cycle or an import in another form than the page's own code has, is refused by name.
 * Confined to the thread that makes it.
 */
final class JoinedModules {

    private static final Pattern IMPORT =
            Pattern.compile("^import (?:\\{(\\s*\\w+(?:,\\s*\\w+)*,?\\s*)\\} from )?'([^']+)';$", Pattern.MULTILINE);
    private static final Pattern EXPORT =
            Pattern.compile("^export ((?:async )?(?:class|const|function\\*?) (\\w+))", Pattern.MULTILINE);
    private static final Pattern OTHER_FORM = Pattern.compile("^(?:import|export)\\s.*$", Pattern.MULTILINE);
    private static final Pattern LATER = Pattern.compile("\\bimport\\('(\\.[^']+)'\\)");

    private final URI place;
    private final Set<String> members;
    private final UnaryOperator<String> source;
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, String> exports = new TreeMap<>();
    private final Map<String, Set<String>> libraries = new TreeMap<>();
    private final StringBuilder body = new StringBuilder();

    private JoinedModules(String place, List<String> members, UnaryOperator<String> source) {
        this.place = URI.create(place);
        this.members = Set.copyOf(members);
        this.source = source;
    }

    /**
     * @param place the path that the joined module will have
     * @param members paths of its parts; each stands behind those that it imports, else in this order
     * @param source gives the text of a path
     * @throws IllegalArgumentException if they cannot be joined
     */
    static String of(String place, List<String> members, UnaryOperator<String> source) {
        JoinedModules joined = new JoinedModules(place, members, source);
        members.forEach(each -> joined.add(each, List.of()));
        return joined.text();
    }

    private void add(String path, List<String> importers) {
        if (importers.contains(path)) {
            throw new IllegalArgumentException(path + ": imports itself by way of " + importers);
        }
        if (numbers.containsKey(path)) {
            return;
        }
        String written = source.apply(path);
        List<String> chain = Stream.concat(importers.stream(), Stream.of(path)).toList();
        StringBuilder imported = new StringBuilder();
        for (MatchResult each : IMPORT.matcher(written).results().toList()) {
            imported.append(imported(path, names(each.group(1)), each.group(2), chain));
        }
        int number = numbers.size();
        numbers.put(path, number);
        append(path, number, imported.toString(), written);
    }

    /** What stands in the module's scope in place of an import. */
    private String imported(String path, List<String> names, String specifier, List<String> chain) {
        if (!specifier.startsWith(".")) {
            libraries.computeIfAbsent(specifier, each -> new TreeSet<>()).addAll(names);
            return "";
        }
        String target = URI.create(path).resolve(specifier).getPath();
        if (!members.contains(target)) {
            throw new IllegalArgumentException(path + ": imports " + target + ", which the page does not preload");
        }
        add(target, chain);
        int number = numbers.get(target);
        return names.stream()
                .map(name -> "const " + name + " = " + joint(name, number) + "; ")
                .collect(Collectors.joining());
    }

    private void append(String path, int number, String imported, String written) {
        Set<String> names = new LinkedHashSet<>();
        EXPORT.matcher(written).results().forEach(each -> names.add(each.group(2)));
        for (String name : names) {
            String other = exports.put(name, joint(name, number));
            if (other != null) {
                throw new IllegalArgumentException(path + ": exports " + name + ", as another module does");
            }
        }
        String inside = blank(IMPORT, written);
        inside = EXPORT.matcher(inside).replaceAll("$1");
        inside = LATER.matcher(inside)
                .replaceAll(each -> Matcher.quoteReplacement("import('" + fromPlace(path, each.group(1)) + "')"));
        Matcher other = OTHER_FORM.matcher(inside);
        if (other.find()) {
            throw new IllegalArgumentException(path + ": cannot be joined: " + other.group());
        }
        String outside =
                names.stream().map(name -> name + ": " + joint(name, number)).collect(Collectors.joining(", "));
        body.append(names.isEmpty() ? "" : "const { " + outside + " } = ")
                .append("(() => { ")
                .append(imported)
                .append("// ")
                .append(path)
                .append('\n')
                .append(inside)
                .append(inside.endsWith("\n") ? "" : "\n")
                .append(names.isEmpty() ? "" : "return { " + String.join(", ", names) + " };")
                .append("})();\n");
    }

    private String fromPlace(String path, String specifier) {
        String target = URI.create(path).resolve(specifier).getPath();
        return "./" + place.resolve(".").relativize(URI.create(target)).getPath();
    }

    private String text() {
        List<String> head = new ArrayList<>();
        libraries.forEach((specifier, names) ->
                head.add("import { " + String.join(", ", names) + " } from '" + specifier + "';\n"));
        String tail = exports.entrySet().stream()
                .map(each -> each.getValue() + " as " + each.getKey())
                .collect(Collectors.joining(", ", "export { ", " };\n"));
        return String.join("", head) + body + tail;
    }

    private static String joint(String name, int number) {
        return name + "$" + number;
    }

    private static List<String> names(String list) {
        return list == null
                ? List.of()
                : Stream.of(list.split(","))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .toList();
    }

    private static String blank(Pattern pattern, String text) {
        return pattern.matcher(text)
                .replaceAll(each -> "\n".repeat((int)
                        each.group().chars().filter(c -> c == '\n').count()));
    }
}
