package io.mlxmanager.api.inference;

import io.mlxmanager.chat.AnswerRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.Usage;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A request of a protocol whose whole answer is made of results.
 *
 * @param writer makes the body of a whole answer of the results, in order, and of the usage of all
 * @param opener makes the writer of a stream
 */
public record ProtocolCall(
        AnswerRequest request,
        String id,
        boolean streams,
        List<String> ignored,
        BiFunction<List<ChatResult>, Usage, String> writer,
        Supplier<ChatCall.Stream> opener)
        implements ChatCall {

    @Override
    public Whole whole(int answers) {
        return new Results(answers, writer);
    }

    @Override
    public Stream stream() {
        return opener.get();
    }
}
