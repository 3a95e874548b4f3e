package io.mlxmanager.engine.worker;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A worker as a process of the operating system. What it writes on standard error goes to the log. Any thread. */
final class WorkerProcess {

    private static final Logger LOG = Logger.getLogger(WorkerProcess.class.getName());

    /** So long it has for ending by itself. */
    private static final long FAREWELL_SECONDS = 5;

    /** Statuses above tell of a signal. */
    private static final int SIGNALLED = 128;

    private static final String CRASH = "engine-crash-";

    private final Process process;
    private final Path logs;
    private final WorkNote note;
    private volatile Optional<String> killedFor = Optional.empty();

    private WorkerProcess(Process process, Path logs, WorkNote note) {
        this.process = process;
        this.logs = logs;
        this.note = note;
    }

    /**
     * @param home data folder; what a crash of the virtual machine leaves goes to {@code logs} in it
     * @param factory makes the thread that reads the log
     */
    static WorkerProcess start(Path home, ThreadFactory factory) throws IOException {
        Path logs = Files.createDirectories(home.resolve("logs"));
        WorkNote note = WorkNote.create();
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(
                java.toString(),
                "-cp",
                String.join(File.pathSeparator, WorkerClassPath.of(home.resolve("worker"))),
                "-XX:+UseSerialGC",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + logs.resolve(CRASH + "%p.log"),
                // What the virtual machine says of itself must not get between the frames; at a crash it does all the
                // same.
                "-XX:+DisplayVMOutputToStderr",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                Worker.class.getName(),
                note.file().toString());
        // Options of the server's own virtual machine, and secrets: who computes needs neither.
        builder.environment()
                .keySet()
                .removeIf(name -> name.equals("JDK_JAVA_OPTIONS")
                        || name.equals("JAVA_TOOL_OPTIONS")
                        || name.startsWith("MLX_MANAGER_")
                        || name.startsWith("HF_"));
        WorkerProcess started = new WorkerProcess(builder.start(), logs, note);
        factory.newThread(started::log).start();
        return started;
    }

    private void log() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), Charset.defaultCharset()))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.log(Level.INFO, "engine process {0}: {1}", new Object[] {Long.toString(process.pid()), line});
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "The engine process writes no more", e);
        }
    }

    InputStream input() {
        return process.getInputStream();
    }

    OutputStream output() {
        return process.getOutputStream();
    }

    /** Ends it at once, whatever it does. */
    void kill(String why) {
        killedFor = Optional.of(why);
        process.destroyForcibly();
    }

    /** Whether {@link #kill} ended it. */
    boolean wasKilled() {
        return killedFor.isPresent();
    }

    /** The number of the model that it works on, or did when it ended; {@link WorkNote#NOTHING} for none. */
    long worksOn() {
        return note.read();
    }

    /** Makes sure that it has ended, and tells how, as the end of a sentence. */
    String end() {
        await();
        int status = process.exitValue();
        if (wasKilled()) {
            return killedFor.get();
        }
        if (hasCrashed()) {
            return "has crashed (" + report().getFileName() + " in the data folder's logs tells where)";
        }
        return status > SIGNALLED ? "was ended by signal " + (status - SIGNALLED) : "has ended with status " + status;
    }

    /** Whether its virtual machine has left a report. */
    boolean hasCrashed() {
        return Files.exists(report());
    }

    private Path report() {
        return logs.resolve(CRASH + process.pid() + ".log");
    }

    /** Both have the note in memory: its file need not outlive this server, however that ends. */
    void forgetNote() {
        try {
            note.unlink();
        } catch (IOException e) {
            LOG.log(Level.FINE, "A note of an engine process is left behind", e);
        }
    }

    /** Waits for its end, which is made when it takes too long. */
    void await() {
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                if (!process.waitFor(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                } else {
                    ended = true;
                    forgetNote();
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
