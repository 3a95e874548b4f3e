package io.mlxmanager.chat.constraint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sets of characters that regular expressions have names for. */
final class CharacterSets {

    static final CodePoints DIGITS = CodePoints.range('0', '9');
    static final CodePoints WORD =
            DIGITS.or(CodePoints.range('a', 'z')).or(CodePoints.range('A', 'Z')).or(CodePoints.of('_'));

    /** On which all dialects agree. */
    static final CodePoints SPACES = CodePoints.of("\t\n\u000B\f\r ");

    /** What at least one dialect means. */
    static final CodePoints ALL_SPACES = SPACES.or(
                    CodePoints.of("\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\uFEFF\u0085\u180E"))
            .or(CodePoints.range(0x2000, 0x200A));

    /** The general categories, as the JDK numbers them, by the names Unicode gives them. */
    private static final Map<String, Set<Integer>> CATEGORIES = Map.ofEntries(
            Map.entry("Lu", Set.of((int) Character.UPPERCASE_LETTER)),
            Map.entry("Ll", Set.of((int) Character.LOWERCASE_LETTER)),
            Map.entry("Lt", Set.of((int) Character.TITLECASE_LETTER)),
            Map.entry("Lm", Set.of((int) Character.MODIFIER_LETTER)),
            Map.entry("Lo", Set.of((int) Character.OTHER_LETTER)),
            Map.entry("L", Set.of(1, 2, 3, 4, 5)),
            Map.entry("M", Set.of(6, 7, 8)),
            Map.entry("Nd", Set.of((int) Character.DECIMAL_DIGIT_NUMBER)),
            Map.entry("N", Set.of(9, 10, 11)),
            Map.entry("P", Set.of(20, 21, 22, 23, 24, 29, 30)),
            Map.entry("S", Set.of(25, 26, 27, 28)),
            Map.entry("Z", Set.of(12, 13, 14)));

    private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

    private CharacterSets() {}

    /** The characters of a general category; empty for a name that is none. */
    static Optional<CodePoints> category(String name) {
        Set<Integer> types = CATEGORIES.get(name);
        return types == null ? Optional.empty() : Optional.of(KNOWN.computeIfAbsent(name, n -> ofTypes(types)));
    }

    private static CodePoints ofTypes(Set<Integer> types) {
        List<CodePoints> ranges = new ArrayList<>();
        int start = -1;
        for (int point = 0; point <= CodePoints.LAST + 1; point++) {
            boolean in = point <= CodePoints.LAST && types.contains(Character.getType(point));
            if (in && start < 0) {
                start = point;
            } else if (!in && start >= 0) {
                ranges.add(CodePoints.range(start, point - 1));
                start = -1;
            }
        }
        return CodePoints.union(ranges);
    }
}
