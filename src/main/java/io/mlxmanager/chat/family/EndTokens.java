package io.mlxmanager.chat.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tokens that end a model's turn although its configuration may not say so: its {@code eos_token}, and those of its
 * template after which nobody but the model's partner speaks. A configuration that was converted often names only one of
 * several.
 */
final class EndTokens {

    private static final List<String> KNOWN = List.of(
            "<|im_end|>",
            "<|eot_id|>",
            "<|eom_id|>",
            "<end_of_turn>",
            "<turn|>",
            "<|tool_response>",
            "<start_function_response>",
            "<|return|>",
            "<|call|>",
            "<|user|>",
            "<|observation|>",
            "<|endoftext|>",
            "<|END_OF_TURN_TOKEN|>",
            "<|assistant_end|>",
            "<｜end▁of▁sentence｜>",
            "<seed:eos>",
            "[e~[");

    /** Ends a turn for Phi and others; in harmony only a message. */
    private static final String END = "<|end|>";

    private EndTokens() {}

    static List<String> of(String template, ToolSyntax syntax, Map<String, String> specialTokens) {
        List<String> tokens = new ArrayList<>();
        String eos = specialTokens.getOrDefault("eos_token", "");
        if (!eos.isEmpty()) {
            tokens.add(eos);
        }
        KNOWN.stream().filter(template::contains).forEach(tokens::add);
        if (template.contains(END) && syntax != ToolSyntax.HARMONY) {
            tokens.add(END);
        }
        return tokens.stream().distinct().toList();
    }
}
