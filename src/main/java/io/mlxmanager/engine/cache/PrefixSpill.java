package io.mlxmanager.engine.cache;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Takes new blocks from memory to the disk, one at a time between steps, so that no stream waits for more than a copy of
 * one. Confined to the engine thread, except for {@link #inMemory}.
 */
public final class PrefixSpill {

    private final PrefixDisk disk;
    private final Runnable wake;
    private final Deque<PrefixCache.Node> pending = new ArrayDeque<>();
    private final Set<String> memory = ConcurrentHashMap.newKeySet();

    /** @param wake called from any thread when there may be work again */
    public PrefixSpill(PrefixDisk disk, Runnable wake) {
        this.disk = disk;
        this.wake = wake;
    }

    /** Whether a block of that name need not be read from the disk. Any thread. */
    public boolean inMemory(String name) {
        return memory.contains(name);
    }

    void added(PrefixCache.Node node) {
        memory.add(node.name());
        if (!disk.has(node.name())) {
            pending.add(node);
        }
    }

    void removed(PrefixCache.Node node) {
        memory.remove(node.name());
    }

    /** Whether {@link #work} has something to do. */
    public boolean pending() {
        return !pending.isEmpty() && disk.ready();
    }

    /** Hands one block to the disk. */
    public void work() {
        Optional<PrefixCache.Node> next = next();
        next.ifPresent(node -> disk.write(node.name(), node.export(), wake));
    }

    /** The next block that is still in memory. */
    private Optional<PrefixCache.Node> next() {
        while (!pending.isEmpty()) {
            PrefixCache.Node node = pending.poll();
            if (memory.contains(node.name()) && !node.removed() && !disk.has(node.name())) {
                return Optional.of(node);
            }
        }
        return Optional.empty();
    }
}
