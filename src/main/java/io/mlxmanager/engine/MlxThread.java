package io.mlxmanager.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;

/**
 * The one thread that touches MLX, from its first call to its last: MLX's streams belong to the thread that made them.
 * Between steps it takes tasks from a queue; with nothing to step it sleeps on the queue.
 */
final class MlxThread implements AutoCloseable {

    private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    private final GenerationLoop generations;
    private final EmbeddingLoop embeddings = new EmbeddingLoop();
    private final Set<LocalModel> models = new LinkedHashSet<>();
    private final WorkWatcher watcher;
    private final Thread thread;
    private final Object gate = new Object();
    private boolean closed;
    private boolean stop;

    MlxThread(ThreadFactory factory, GenerationLoop generations, WorkWatcher watcher) {
        this.generations = generations;
        this.watcher = watcher;
        thread = factory.newThread(this::loop);
        thread.start();
    }

    /** Runs a task between steps. The future fails with what the task throws, or as cancelled after close. */
    <T> CompletableFuture<T> run(Callable<T> task) {
        CompletableFuture<T> future = new CompletableFuture<>();
        boolean accepted = submit(() -> {
            try {
                future.complete(task.call());
            } catch (Exception | LinkageError | StackOverflowError | OutOfMemoryError e) {
                future.completeExceptionally(e);
            }
        });
        if (!accepted) {
            future.completeExceptionally(new CancellationException("the engine is closed"));
        }
        return future;
    }

    void start(Sequence generation) {
        boolean accepted = submit(() -> {
            if (models.contains(generation.model())) {
                generations.add(generation);
            } else {
                generation.fail(new IllegalStateException("the model was unloaded"));
            }
        });
        if (!accepted) {
            generation.fail(new CancellationException("the engine is closed"));
        }
    }

    void start(EmbeddingTask run) {
        boolean accepted = submit(() -> {
            if (models.contains(run.model())) {
                embeddings.add(run);
            } else {
                run.end(new IllegalStateException("the model was unloaded"));
            }
        });
        if (!accepted) {
            run.end(new CancellationException("the engine is closed"));
        }
    }

    /** Engine thread only. */
    LocalModel own(LocalModel model) {
        models.add(model);
        return model;
    }

    /** Engine thread only. */
    void disown(LocalModel model) {
        generations.end(model);
        embeddings.end(model);
        if (models.remove(model)) {
            model.worksNow();
            model.close();
        }
    }

    private boolean submit(Runnable task) {
        synchronized (gate) {
            return !closed && tasks.add(task);
        }
    }

    private void loop() {
        boolean prompts = true;
        while (!stop) {
            try {
                boolean idle = generations.idle() && embeddings.idle();
                if (idle) {
                    watcher.rests();
                }
                Runnable task = idle ? tasks.take() : tasks.poll();
                if (task != null) {
                    task.run();
                } else {
                    // One or the other between two tokens of those who are answering.
                    boolean read = generations.step(prompts || embeddings.idle());
                    if (!read) {
                        embeddings.step(generations.patience());
                    }
                    prompts = !read;
                }
            } catch (InterruptedException ignored) {
                // Nobody but close() ends this thread; an interrupt is a mistake and must not strand models.
            }
        }
    }

    @Override
    public void close() {
        synchronized (gate) {
            if (closed) {
                return;
            }
            tasks.add(() -> {
                List.copyOf(models).forEach(this::disown);
                stop = true;
            });
            closed = true;
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
