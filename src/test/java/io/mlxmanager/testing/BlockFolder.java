package io.mlxmanager.testing;

import io.mlxmanager.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where an engine keeps blocks of keys and values outside its process. */
public record BlockFolder(Path folder) {

    /** The blocks that are complete, by name. */
    public List<Path> files() {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> file.toString().endsWith(".kv")).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The engine writes between steps, and steps while it has something to write. */
    public void await(Engine engine, int count) {
        while (files().size() < count) {
            engine.device();
            Thread.onSpinWait();
        }
    }
}
