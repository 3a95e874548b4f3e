package io.mlxmanager.engine;

import io.mlxmanager.engine.cache.ModelCache;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Blocks of a prompt that lie on the disk, verified, behind those that were in memory. Engine thread only. */
final class StoredPrefix {

    private final int from;
    private final int block;
    private final Deque<Path> files;

    /**
     * @param from the position of the first block
     * @param block positions of each
     */
    StoredPrefix(int from, int block, List<Path> files) {
        this.from = from;
        this.block = block;
        this.files = new ArrayDeque<>(files);
    }

    static StoredPrefix none() {
        return new StoredPrefix(0, 1, List.of());
    }

    /** Prepares a cache in which {@code known} positions were found in memory. */
    void behind(ModelCache cache) {
        if (cache.length() < from || cache.length() >= from + files.size() * block) {
            files.clear();
        } else if (!files.isEmpty()) {
            cache.trim(from);
        }
    }

    boolean isEmpty() {
        return files.isEmpty();
    }

    /** Appends the next block; what cannot be used ends it. */
    void appendNext(ModelCache cache) {
        if (!cache.append(files.poll(), block)) {
            files.clear();
        }
    }
}
