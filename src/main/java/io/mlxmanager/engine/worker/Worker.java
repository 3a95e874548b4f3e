package io.mlxmanager.engine.worker;

import io.mlxmanager.engine.Companions;
import io.mlxmanager.engine.EmbeddingRun;
import io.mlxmanager.engine.EngineAdapter;
import io.mlxmanager.engine.EngineLibrary;
import io.mlxmanager.engine.EngineModel;
import io.mlxmanager.engine.Generation;
import io.mlxmanager.engine.GenerationRequest;
import io.mlxmanager.engine.LocalEngine;
import io.mlxmanager.engine.ModelPurpose;
import io.mlxmanager.engine.WorkWatcher;
import io.mlxmanager.engine.sample.TokenConstraint;
import io.mlxmanager.mlx.MlxRuntime;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The worker's program: an engine that does what comes by standard input and tells of it by standard output. It ends with its
 * input, which ends with the server, however that ends. One thread reads; the engine's thread and those of its futures send.
 */
final class Worker {

    private static final Logger LOG = Logger.getLogger(Worker.class.getName());

    private static final ThreadFactory THREADS = work -> {
        Thread thread = new Thread(work, "worker");
        thread.setDaemon(true);
        return thread;
    };

    /** Memory, and whether the engine goes on, is looked at this often. */
    private static final long GLANCE_MILLIS = 500;

    /** An engine that does not end by then is left to the end of its process. */
    private static final long FAREWELL_MILLIS = 3000;

    private final FrameLink<Request, Report> link;
    private final Map<Long, EngineModel> models = new ConcurrentHashMap<>();
    private final Map<Long, EngineAdapter> adapters = new ConcurrentHashMap<>();
    private final Map<Long, Running> generations = new ConcurrentHashMap<>();
    private final Map<Long, EmbeddingRun> embeddings = new ConcurrentHashMap<>();
    private final Map<Path, Long> numbers = new ConcurrentHashMap<>();
    private final WorkNote note;
    private volatile LocalEngine engine;

    /** A generation and what holds it to a grammar. */
    private record Running(Generation generation, Optional<SentConstraint> constraint) {}

    /** Writes down the number of the model that is worked on. */
    private final class Notes implements WorkWatcher {

        @Override
        public void worksOn(Path model) {
            note.write(numbers.getOrDefault(model, WorkNote.NOTHING));
        }

        @Override
        public void rests() {
            note.write(WorkNote.NOTHING);
        }
    }

    private Worker(FrameLink<Request, Report> link, WorkNote note) {
        this.link = link;
        this.note = note;
    }

    /** Started by the server only, with the file of a {@link WorkNote}. */
    public static void main(String[] arguments) {
        FileOutputStream frames = new FileOutputStream(FileDescriptor.out);
        // Whatever is printed by anybody must not get between the frames.
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        int status = 0;
        try {
            Worker worker = new Worker(
                    new FrameLink<>(
                            new FileInputStream(FileDescriptor.in), frames, Request.class, Report.class, THREADS),
                    WorkNote.open(Path.of(arguments[0])));
            status = worker.run();
        } catch (IOException e) {
            LOG.log(Level.SEVERE, "The worker cannot begin", e);
            status = 1;
        }
        Runtime.getRuntime().halt(status);
    }

    private int run() {
        int status = 0;
        try {
            serve();
        } catch (IOException | RuntimeException | LinkageError e) {
            LOG.log(Level.SEVERE, "The worker cannot go on", e);
            status = 1;
        }
        close();
        return status;
    }

    private void serve() throws IOException {
        try {
            if (start((Request.Start) link.next())) {
                while (true) {
                    handle(link.next());
                }
            }
            link.next();
        } catch (EOFException e) {
            LOG.log(Level.FINE, "The server is gone", e);
        }
    }

    private boolean start(Request.Start start) {
        THREADS.newThread(this::watch).start();
        EngineLibrary.Outcome outcome = EngineLibrary.load(
                Path.of(start.home()), start.backend(), start.isa(), line -> link.send(new Report.Building(line)));
        if (outcome instanceof EngineLibrary.Outcome.Unavailable none) {
            link.send(new Report.Unavailable(none.reason()));
            return false;
        }
        engine = LocalEngine.withoutTokenizers(start.options(), THREADS, new Notes());
        EngineLibrary.Outcome.Loaded loaded = (EngineLibrary.Outcome.Loaded) outcome;
        link.send(new Report.Ready(loaded.backend(), loaded.version(), loaded.isa(), engine.device()));
        return true;
    }

    private void watch() {
        try {
            while (engine == null) {
                link.send(new Report.Alive());
                Thread.sleep(GLANCE_MILLIS);
            }
            Pulse pulse = new Pulse(engine::round, MlxRuntime::operations, this::waitsForTheServer);
            long told = -1;
            while (true) {
                long now = engine.activeBytes();
                if (now != told) {
                    told = now;
                    link.send(new Report.Memory(now));
                }
                if (pulse.beats()) {
                    link.send(new Report.Alive());
                }
                Thread.sleep(GLANCE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitsForTheServer() {
        return generations.values().stream()
                .anyMatch(one ->
                        one.constraint().filter(SentConstraint::isAwaited).isPresent());
    }

    private void handle(Request request) {
        if (request instanceof Request.Load load) {
            load(load);
        } else if (request instanceof Request.Unload unload) {
            EngineModel model = models.remove(unload.model());
            CompletableFuture<Void> gone =
                    model == null ? CompletableFuture.completedFuture(null) : engine.unload(model);
            answer(unload.call(), gone.thenApply(done -> new Report.Done(unload.call())));
        } else if (request instanceof Request.LoadAdapter load) {
            answer(
                    load.call(),
                    engine.adapter(models.get(load.model()), Path.of(load.folder()))
                            .thenApply(adapter -> {
                                adapters.put(load.adapter(), adapter);
                                return new Report.Done(load.call());
                            }));
        } else if (request instanceof Request.Generate generate) {
            generate(generate);
        } else if (request instanceof Request.Embed embed) {
            embed(embed);
        } else if (request instanceof Request.Lend lend) {
            engine.lendToPrefixes(lend.bytes());
        } else {
            steer(request);
        }
    }

    /** What is said to something that runs; it may have ended meanwhile. */
    private void steer(Request request) {
        if (request instanceof Request.Mask mask) {
            running(mask.generation())
                    .flatMap(Running::constraint)
                    .ifPresent(constraint -> constraint.put(mask.mask()));
        } else if (request instanceof Request.Allow allow) {
            running(allow.generation()).ifPresent(one -> one.generation().allow(allow.maxTokens()));
        } else if (request instanceof Request.Cancel cancel) {
            running(cancel.generation()).ifPresent(one -> {
                one.generation().cancel();
                one.constraint().ifPresent(SentConstraint::release);
            });
        } else if (request instanceof Request.CancelEmbedding cancel) {
            EmbeddingRun run = embeddings.get(cancel.call());
            if (run != null) {
                run.cancel();
            }
        }
    }

    private Optional<Running> running(long generation) {
        return Optional.ofNullable(generations.get(generation));
    }

    private void answer(long call, CompletableFuture<? extends Report> coming) {
        var unused = coming.whenComplete((report, failure) ->
                link.send(failure == null ? report : new Report.Refused(call, Failure.of(failure))));
    }

    private void load(Request.Load load) {
        long call = load.call();
        numbers.put(Path.of(load.folder()), load.model());
        answer(
                call,
                engine.load(
                                Path.of(load.folder()),
                                load.purpose(),
                                percent -> link.send(new Report.Progress(call, percent)))
                        .thenApply(model -> {
                            models.put(load.model(), model);
                            boolean embeds = model.purpose() == ModelPurpose.EMBED;
                            return new Report.Loaded(
                                    call,
                                    model.purpose(),
                                    embeds ? model.dimensions() : 0,
                                    model.facts().contextLength());
                        }));
    }

    private void generate(Request.Generate asked) {
        long number = asked.generation();
        EngineModel model = models.get(asked.model());
        if (model == null) {
            IllegalStateException gone = new IllegalStateException("the model was unloaded");
            link.send(new Report.Failed(number, Failure.of(gone)));
            return;
        }
        Optional<SentConstraint> constraint =
                asked.constrained() ? Optional.of(new SentConstraint()) : Optional.empty();
        GenerationRequest request = new GenerationRequest(
                asked.prompt(),
                asked.maxTokens(),
                asked.stopTokens(),
                asked.sampling(),
                asked.logprobs(),
                constraint.map(TokenConstraint.class::cast),
                asked.share());
        Companions companions = new Companions(
                adapters.getOrDefault(asked.adapter(), EngineAdapter.NONE),
                Optional.ofNullable(models.get(asked.draft())));
        Teller teller = new Teller(number, link, () -> generations.remove(number));
        generations.put(number, new Running(engine.generate(model, companions, request, teller), constraint));
        teller.known();
    }

    private void embed(Request.Embed asked) {
        EngineModel model = models.get(asked.model());
        if (model == null) {
            IllegalStateException gone = new IllegalStateException("the model was unloaded");
            link.send(new Report.Refused(asked.call(), Failure.of(gone)));
            return;
        }
        EmbeddingRun run = engine.embed(model, asked.texts(), asked.share());
        embeddings.put(asked.call(), run);
        answer(
                asked.call(),
                run.result()
                        .whenComplete((vectors, failure) -> embeddings.remove(asked.call()))
                        .thenApply(vectors -> new Report.Vectors(asked.call(), vectors)));
    }

    private void close() {
        link.close();
        if (engine == null) {
            return;
        }
        Thread guard = THREADS.newThread(() -> {
            try {
                Thread.sleep(FAREWELL_MILLIS);
            } catch (InterruptedException e) {
                return;
            }
            Runtime.getRuntime().halt(0);
        });
        guard.start();
        generations.values().forEach(one -> one.constraint().ifPresent(SentConstraint::release));
        engine.close();
        guard.interrupt();
    }
}
