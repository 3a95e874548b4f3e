package io.mlxmanager.engine.tokenizer;

import ai.djl.huggingface.tokenizers.jni.LibUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Loads the tokenizer library's native part from a folder of its own, once per class loader: a web application that is
 * restarted in the same JVM could not load it again from the same path. Also switches off the library's usage tracking
 * and downloads before its first class runs.
 */
final class TokenizerLibrary {

    /** Warns of missing GPUs, which the tokenizer never uses. Held here because a logger that nobody holds forgets its level. */
    private static final Logger GPU_REMARKS = Logger.getLogger("ai.djl.util.cuda.CudaUtils");

    private static boolean prepared;

    private TokenizerLibrary() {}

    static synchronized void prepare() {
        if (prepared) {
            return;
        }
        GPU_REMARKS.setLevel(Level.SEVERE);
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("RUST_FLAVOR", "cpu");
        try {
            Path folder = Files.createTempDirectory("mlx-manager-tokenizers");
            System.setProperty("ENGINE_CACHE_DIR", folder.toString());
            try {
                LibUtils.checkStatus();
            } finally {
                System.clearProperty("ENGINE_CACHE_DIR");
                remove(folder);
            }
            prepared = true;
        } catch (IOException e) {
            throw new UncheckedIOException("the tokenizer library could not be unpacked: " + e.getMessage(), e);
        }
    }

    /** The library stays mapped after its file is gone; where a system refuses that, the folder is left to it. */
    private static void remove(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                if (!path.toFile().delete()) {
                    path.toFile().deleteOnExit();
                }
            }
        }
    }
}
