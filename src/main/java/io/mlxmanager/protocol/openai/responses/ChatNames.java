package io.mlxmanager.protocol.openai.responses;

import io.mlxmanager.protocol.ProtocolException;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns names of chat completions back into those of the responses protocol, so that a refusal names what was sent. */
final class ChatNames {

    private static final Pattern MESSAGE = Pattern.compile("^messages\\[(\\d+)](.*)$");

    /** The names that differ, longer ones before their beginnings. */
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            Map.entry("max_completion_tokens", "max_output_tokens"),
            Map.entry("reasoning_effort", "reasoning.effort"),
            Map.entry("response_format.json_schema", "text.format"),
            Map.entry("response_format", "text.format"),
            Map.entry("verbosity", "text.verbosity"),
            Map.entry("tool_choice.function", "tool_choice"));

    private final IntFunction<String> messageSource;

    /** @param messageSource the path of the item that the message at an index was made of */
    ChatNames(IntFunction<String> messageSource) {
        this.messageSource = messageSource;
    }

    ProtocolException back(ProtocolException refused) {
        String param = refused.param().orElse("");
        String original = back(param);
        String message =
                param.isEmpty() ? refused.getMessage() : refused.getMessage().replace(param, original);
        return new ProtocolException(refused.code(), original, message);
    }

    List<String> back(List<String> names) {
        return names.stream().map(this::back).toList();
    }

    private String back(String name) {
        Matcher message = MESSAGE.matcher(name);
        if (message.matches()) {
            return messageSource.apply(Integer.parseInt(message.group(1))) + message.group(2);
        }
        for (Map.Entry<String, String> pair : NAMES) {
            if (name.startsWith(pair.getKey())) {
                return pair.getValue() + name.substring(pair.getKey().length());
            }
        }
        return name.startsWith("tools[") ? name.replaceFirst("\\.function(?=\\.|$)", "") : name;
    }
}
