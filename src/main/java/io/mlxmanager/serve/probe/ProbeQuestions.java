package io.mlxmanager.serve.probe;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.ChatResult;
import io.mlxmanager.chat.Message;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.StreamEvent;
import io.mlxmanager.serve.generate.AnswerSink;
import io.mlxmanager.serve.generate.ChatRun;
import io.mlxmanager.serve.generate.ChatService;
import io.mlxmanager.serve.generate.RequestRecord;
import java.util.List;
import java.util.function.Supplier;

/** Asks one model through the pipeline that serves everybody. Confined to the probe's thread. */
final class ProbeQuestions {

    /** Probes share nothing with users. */
    static final String TENANT = "probe";

    private final ChatService chat;
    private final String model;
    private final Supplier<RequestRecord> notes;
    private final ModelProbe.Sink sink;

    /** @param notes a new one for each question */
    ProbeQuestions(ChatService chat, String model, Supplier<RequestRecord> notes, ModelProbe.Sink sink) {
        this.chat = chat;
        this.model = model;
        this.notes = notes;
        this.sink = sink;
    }

    /** A question that has the same answer each time. */
    ChatRequest question(String text) {
        return ChatRequest.of(model, List.of(Message.user(text))).withSampling(Sampling.UNSPECIFIED.withTemperature(0));
    }

    /** @throws Problem when there is no answer */
    ChatResult ask(ChatRequest request) {
        ChatResult.Collector answer = new ChatResult.Collector();
        RequestRecord note = notes.get();
        try (ChatRun run = chat.open(request, TENANT, "", note)) {
            run.answer(new AnswerSink() {
                @Override
                public void event(int choice, StreamEvent event) {
                    answer.accept(event);
                }

                @Override
                public void idle() {
                    sink.idle();
                }
            });
            return answer.result();
        } catch (Problem e) {
            note.failed(e);
            throw e;
        } finally {
            // Only the first end counts: this one is for a client that has gone.
            note.cancelled();
        }
    }
}
