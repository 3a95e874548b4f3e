package io.mlxmanager.serve.generate;

import io.mlxmanager.engine.tokenizer.Tokenizer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.function.Function;

/**
 * A few tokenizers that stay read, of models that may not be in memory: large ones take a second. One user at a time,
 * since each use is short and one who closes must not meet one who reads. Any thread.
 */
@ApplicationScoped
public class TokenizerShelf {

    private static final int MOST = 4;

    private record Place(Path folder, FileTime written, Tokenizer tokenizer) {}

    /** The one used last is the first. */
    private final Deque<Place> places = new ArrayDeque<>();

    /**
     * Uses the tokenizer of a model's folder; it must not be kept.
     *
     * @throws io.mlxmanager.engine.weights.ModelFormatException when it cannot be read
     */
    synchronized <T> T use(Path folder, Function<Tokenizer, T> use) {
        Place place = take(folder);
        places.addFirst(place);
        while (places.size() > MOST) {
            places.removeLast().tokenizer().close();
        }
        return use.apply(place.tokenizer());
    }

    private Place take(Path folder) {
        FileTime written = written(folder);
        for (Iterator<Place> each = places.iterator(); each.hasNext(); ) {
            Place place = each.next();
            if (place.folder().equals(folder)) {
                each.remove();
                if (place.written().equals(written)) {
                    return place;
                }
                place.tokenizer().close();
            }
        }
        return new Place(folder, written, Tokenizer.load(folder));
    }

    private static FileTime written(Path folder) {
        try {
            Path file = folder.resolve("tokenizer.json");
            return Files.isRegularFile(file) ? Files.getLastModifiedTime(file) : FileTime.fromMillis(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @PreDestroy
    synchronized void close() {
        places.forEach(place -> place.tokenizer().close());
        places.clear();
    }
}
