package io.mlxmanager.chat.family;

import io.mlxmanager.chat.parse.CallForm;
import io.mlxmanager.chat.parse.ThinkTag;
import java.util.List;

/** The tags that models put around their thinking. */
final class ThinkTags {

    private static final List<ThinkTag> KNOWN = List.of(
            ThinkTag.THINK,
            new ThinkTag("<thinking>", "</thinking>"),
            new ThinkTag("<reasoning>", "</reasoning>"),
            new ThinkTag("<reflection>", "</reflection>"),
            new ThinkTag("[THINK]", "[/THINK]"),
            new ThinkTag("<seed:think>", "</seed:think>"),
            new ThinkTag("<thought>", "</thought>"),
            new ThinkTag("<|channel>thought", "<channel|>"),
            new ThinkTag("<|START_THINKING|>", "<|END_THINKING|>"),
            new ThinkTag("<|inner_prefix|>", "<|inner_suffix|>"),
            new ThinkTag("◁think▷", "◁/think▷"),
            new ThinkTag("Here are my reasoning steps:", "[BEGIN FINAL RESPONSE]"));

    /** Marks around the answer itself, which say nothing once it is told from the thinking. */
    private static final List<String> ANSWER_MARKS =
            List.of("<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>", "[END FINAL RESPONSE]");

    private ThinkTags() {}

    /** Those that a template mentions; others are ordinary text to its model. */
    static List<ThinkTag> of(String template) {
        return KNOWN.stream()
                .filter(tag -> template.contains(tag.open()) || template.contains(tag.close()))
                .toList();
    }

    /** The marks around answers that a template mentions. */
    static List<CallForm> answerMarks(String template) {
        return ANSWER_MARKS.stream()
                .filter(template::contains)
                .map(CallForm::silent)
                .toList();
    }
}
