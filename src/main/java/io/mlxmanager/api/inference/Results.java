package io.mlxmanager.api.inference;

import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.chat.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** Answers added up to results, for protocols whose whole answer is made of those. Confined to one thread. */
public final class Results implements ChatCall.Whole {

    private final List<ChatResult.Collector> collectors = new ArrayList<>();
    private final BiFunction<List<ChatResult>, Usage, String> writer;

    /** @param writer makes the body of the results, in order, and of the usage of all */
    public Results(int answers, BiFunction<List<ChatResult>, Usage, String> writer) {
        for (int i = 0; i < answers; i++) {
            collectors.add(new ChatResult.Collector());
        }
        this.writer = writer;
    }

    @Override
    public void event(int choice, StreamEvent event) {
        collectors.get(choice).accept(event);
    }

    @Override
    public String body(Usage usage) {
        return writer.apply(
                collectors.stream().map(ChatResult.Collector::result).toList(), usage);
    }
}
