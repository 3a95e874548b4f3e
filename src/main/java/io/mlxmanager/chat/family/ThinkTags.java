package io.mlxmanager.chat.family;

import io.mlxmanager.chat.parse.ThinkTag;
import java.util.List;

/** The tags that models put around their thinking. */
final class ThinkTags {

    private static final List<ThinkTag> KNOWN = List.of(
            ThinkTag.THINK,
            new ThinkTag("<thinking>", "</thinking>"),
            new ThinkTag("<reasoning>", "</reasoning>"),
            new ThinkTag("<reflection>", "</reflection>"),
            new ThinkTag("[THINK]", "[/THINK]"));

    private ThinkTags() {}

    /** Those that a template mentions; others are ordinary text to its model. */
    static List<ThinkTag> of(String template) {
        return KNOWN.stream()
                .filter(tag -> template.contains(tag.open()) || template.contains(tag.close()))
                .toList();
    }
}
