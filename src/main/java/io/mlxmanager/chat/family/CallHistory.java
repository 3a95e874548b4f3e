package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Role;
import io.mlxmanager.chat.ToolCall;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** What templates demand of earlier calls and their results. */
final class CallHistory {

    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int MISTRAL_LENGTH = 9;

    private CallHistory() {}

    /** Results carry the name of their function, which many templates print and few clients send. */
    static ChatRequest namedResults(ChatRequest request) {
        Map<String, String> names = new HashMap<>();
        List<Message> messages = new ArrayList<>();
        for (Message message : request.messages()) {
            message.toolCalls().forEach(call -> names.put(call.id(), call.name()));
            Optional<String> name = message.name().or(() -> message.toolCallId().map(names::get));
            messages.add(message.role() == Role.TOOL ? withName(message, name) : message);
        }
        return request.withMessages(messages);
    }

    /** Mistral's templates refuse ids that are not nine letters and digits. */
    static ChatRequest shortIds(ChatRequest request) {
        return withIds(request, (call, index) -> shortId(call.id()));
    }

    /** Kimi knows a call by an id that names the function and counts the calls of the conversation. */
    static ChatRequest countedIds(ChatRequest request) {
        return withIds(request, (call, index) -> "functions." + call.name() + ":" + index);
    }

    /**
     * The templates of gpt-oss and Llama 3 render one call a message: a turn with several becomes several turns, each with its result.
     * The thinking and the words stay with the first.
     */
    static ChatRequest oneCallEach(ChatRequest request) {
        List<Message> messages = new ArrayList<>();
        List<Message> rest = new ArrayList<>(request.messages());
        while (!rest.isEmpty()) {
            Message message = rest.remove(0);
            if (message.toolCalls().size() < 2) {
                messages.add(message);
                continue;
            }
            List<Message> results = leadingResults(rest);
            boolean first = true;
            for (ToolCall call : message.toolCalls()) {
                messages.add(new Message(
                        message.role(),
                        first ? message.parts() : List.of(),
                        first ? message.reasoning() : Optional.empty(),
                        List.of(call),
                        Optional.empty(),
                        message.name()));
                takeResult(call, results).ifPresent(messages::add);
                first = false;
            }
            messages.addAll(results);
        }
        return request.withMessages(messages);
    }

    private static List<Message> leadingResults(List<Message> rest) {
        List<Message> results = new ArrayList<>();
        while (!rest.isEmpty() && rest.get(0).role() == Role.TOOL) {
            results.add(rest.remove(0));
        }
        return results;
    }

    private static Optional<Message> takeResult(ToolCall call, List<Message> results) {
        for (Iterator<Message> all = results.iterator(); all.hasNext(); ) {
            Message result = all.next();
            if (result.toolCallId().equals(Optional.of(call.id()))) {
                all.remove();
                return Optional.of(result);
            }
        }
        return Optional.empty();
    }

    private static ChatRequest withIds(ChatRequest request, BiFunction<ToolCall, Integer, String> style) {
        Map<String, String> ids = new HashMap<>();
        List<Message> messages = new ArrayList<>();
        int index = 0;
        for (Message message : request.messages()) {
            List<ToolCall> calls = new ArrayList<>();
            for (ToolCall call : message.toolCalls()) {
                String id = style.apply(call, index);
                ids.put(call.id(), id);
                calls.add(new ToolCall(id, call.name(), call.arguments()));
                index++;
            }
            Optional<String> resultOf = message.toolCallId().map(id -> ids.getOrDefault(id, shortId(id)));
            messages.add(
                    new Message(message.role(), message.parts(), message.reasoning(), calls, resultOf, message.name()));
        }
        return request.withMessages(messages);
    }

    private static Message withName(Message message, Optional<String> name) {
        return new Message(
                message.role(), message.parts(), message.reasoning(), message.toolCalls(), message.toolCallId(), name);
    }

    private static String shortId(String id) {
        if (id.length() == MISTRAL_LENGTH && id.chars().allMatch(c -> LETTERS.indexOf(c) >= 0)) {
            return id;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
            StringBuilder letters = new StringBuilder();
            for (int i = 0; i < MISTRAL_LENGTH; i++) {
                letters.append(LETTERS.charAt((hash[i] & 0xff) % LETTERS.length()));
            }
            return letters.toString();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
