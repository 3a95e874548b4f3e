package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.Companions;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.EngineAdapter;
import io.mlxmanager.engine.EngineLostException;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationListener;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.Share;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * What is asked of one worker process, from its start to its end; then everything that is open fails. Any thread; nothing
 * waits, apart from {@link #listen}, which one thread spends its time in.
 */
final class WorkerLife {

    /** A question that is open. */
    private record Call(CompletableFuture<Report> answer, IntConsumer percent) {}

    /** An adapter by its number in the worker. */
    private record WorkerAdapter(long number) implements EngineAdapter {}

    private final FrameLink<Report, Request> link;
    private final Executor grammars;
    private final Silence silence;
    private final AtomicLong numbers = new AtomicLong();
    /** Of models by their numbers. */
    private final Map<Long, Path> folders = new ConcurrentHashMap<>();

    private final Map<Long, Call> calls = new ConcurrentHashMap<>();
    private final Map<Long, WorkerGeneration> generations = new ConcurrentHashMap<>();
    private volatile EngineLostException lost;
    private volatile boolean closing;
    private volatile long activeBytes;
    private volatile String device = "";

    /**
     * @param grammars where masks are made, one after the other
     * @param silence is broken by signs of life
     */
    WorkerLife(FrameLink<Report, Request> link, Executor grammars, Silence silence) {
        this.link = link;
        this.grammars = grammars;
        this.silence = silence;
    }

    void start(Request.Start start) {
        link.send(start);
    }

    /**
     * Hears the worker until it ends.
     *
     * @param news hears of its start
     */
    void listen(Consumer<Report> news) throws IOException {
        while (true) {
            Report report = link.next();
            if (report instanceof Report.Alive) {
                silence.broken();
            } else if (report instanceof Report.Memory memory) {
                activeBytes = memory.activeBytes();
            } else if (report instanceof Report.Ready
                    || report instanceof Report.Building
                    || report instanceof Report.Unavailable) {
                device = report instanceof Report.Ready ready ? ready.device() : device;
                news.accept(report);
            } else if (!answered(report)) {
                told(report);
            }
        }
    }

    private boolean answered(Report report) {
        if (report instanceof Report.Progress progress) {
            Call call = calls.get(progress.call());
            if (call != null) {
                call.percent().accept(progress.percent());
            }
            return true;
        } else if (report instanceof Report.Refused refused) {
            CompletableFuture<Report> answer = take(refused.call());
            answer.completeExceptionally(refused.failure().exception());
            return true;
        } else if (report instanceof Report.Loaded loaded) {
            take(loaded.call()).complete(loaded);
            return true;
        } else if (report instanceof Report.Done done) {
            take(done.call()).complete(done);
            return true;
        } else if (report instanceof Report.Vectors vectors) {
            take(vectors.call()).complete(vectors);
            return true;
        }
        return false;
    }

    private CompletableFuture<Report> take(long call) {
        Call known = calls.remove(call);
        return known == null ? new CompletableFuture<>() : known.answer();
    }

    private void told(Report report) {
        if (report instanceof Report.Begun begun) {
            hear(begun.generation(), report);
        } else if (report instanceof Report.PromptToken prompt) {
            hear(prompt.generation(), report);
        } else if (report instanceof Report.Token token) {
            hear(token.generation(), report);
        } else if (report instanceof Report.Finished finished) {
            hear(finished.generation(), report);
            generations.remove(finished.generation());
        } else if (report instanceof Report.Failed failed) {
            hear(failed.generation(), report);
            generations.remove(failed.generation());
        }
    }

    private void hear(long generation, Report report) {
        WorkerGeneration known = generations.get(generation);
        if (known != null) {
            known.hear(report);
        }
    }

    /** From now on nobody gets anything of this life: the process is no more. */
    void over(EngineLostException reason) {
        lost = reason;
        activeBytes = 0;
    }

    /** Ends everything that was open when it was {@linkplain #over(EngineLostException) over}. */
    void end() {
        List.copyOf(calls.keySet()).forEach(call -> take(call).completeExceptionally(lost));
        generations.values().forEach(generation -> {
            if (closing) {
                generation.end();
            } else {
                generation.fail(lost);
            }
        });
        generations.clear();
    }

    /** Whether it has been silent for too long; asked by one thread, regularly. */
    boolean silentTooLong(long now) {
        return silence.tooLong(now);
    }

    /** The folder of a model by its number, if there is one of that number. */
    Optional<Path> folder(long model) {
        return Optional.ofNullable(folders.get(model));
    }

    boolean over() {
        return lost != null;
    }

    /** Lets the worker end by itself; what runs ends as cancelled. */
    void close() {
        closing = true;
        link.close();
    }

    long activeBytes() {
        return activeBytes;
    }

    String device() {
        return device;
    }

    private CompletableFuture<Report> call(Function<Long, Request> request) {
        return call(request, percent -> {});
    }

    private CompletableFuture<Report> call(Function<Long, Request> request, IntConsumer percent) {
        return call(numbers.incrementAndGet(), request, percent);
    }

    private CompletableFuture<Report> call(long number, Function<Long, Request> request, IntConsumer percent) {
        CompletableFuture<Report> answer = new CompletableFuture<>();
        calls.put(number, new Call(answer, percent));
        link.send(request.apply(number));
        EngineLostException already = lost;
        if (already != null) {
            take(number).completeExceptionally(already);
        }
        return answer;
    }

    CompletableFuture<EngineModel> load(
            Path folder, ModelPurpose purpose, ModelFacts facts, Tokenizer tokenizer, IntConsumer percent) {
        long model = numbers.incrementAndGet();
        folders.put(model, folder);
        return call(call -> new Request.Load(call, model, folder.toString(), purpose), percent)
                .thenApply(loaded -> new WorkerModel(this, model, facts, tokenizer, (Report.Loaded) loaded));
    }

    CompletableFuture<Void> unload(WorkerModel model) {
        return call(call -> new Request.Unload(call, model.number())).thenAccept(done -> {});
    }

    CompletableFuture<EngineAdapter> adapter(WorkerModel model, Path folder) {
        long adapter = numbers.incrementAndGet();
        return call(call -> new Request.LoadAdapter(call, model.number(), adapter, folder.toString()))
                .thenApply(done -> new WorkerAdapter(adapter));
    }

    Generation generate(
            WorkerModel model, Companions companions, GenerationRequest request, GenerationListener listener) {
        long number = numbers.incrementAndGet();
        WorkerGeneration generation = new WorkerGeneration(number, request, listener, link::send, grammars);
        generations.put(number, generation);
        link.send(new Request.Generate(
                number,
                model.number(),
                companions.adapter() instanceof WorkerAdapter known ? known.number() : 0,
                companions
                        .draft()
                        .map(WorkerModel.class::cast)
                        .filter(draft -> draft.life() == this)
                        .map(WorkerModel::number)
                        .orElse(0L),
                request.prompt(),
                request.maxTokens(),
                request.stopTokens(),
                request.sampling(),
                request.logprobs(),
                request.constraint().isPresent(),
                request.share()));
        generation.begin();
        EngineLostException already = lost;
        if (already != null && generations.remove(number) != null) {
            generation.fail(already);
        }
        return generation;
    }

    EmbeddingRun embed(WorkerModel model, List<int[]> texts, Share share) {
        long number = numbers.incrementAndGet();
        CompletableFuture<List<float[]>> result = call(
                        number, call -> new Request.Embed(call, model.number(), texts, share), percent -> {})
                .thenApply(report -> ((Report.Vectors) report).vectors());
        return new EmbeddingRun() {
            @Override
            public CompletableFuture<List<float[]>> result() {
                return result;
            }

            @Override
            public void cancel() {
                link.send(new Request.CancelEmbedding(number));
            }
        };
    }

    void lend(long bytes) {
        link.send(new Request.Lend(bytes));
    }
}
