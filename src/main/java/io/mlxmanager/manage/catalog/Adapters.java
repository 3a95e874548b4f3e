package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Folders with fine-tuned changes of models, one for each below a common one, read from the disk each time. Any thread. */
final class Adapters {

    private static final Logger LOG = Logger.getLogger(Adapters.class.getName());
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
    private static final String CONFIG = "adapter_config.json";
    private static final int LONGEST_MODEL_NAME = 1000;

    private final Path folder;

    Adapters(Path folder) {
        this.folder = folder;
    }

    /** The adapter of that name; empty for a name that is none. */
    Optional<Path> find(String name) {
        return Optional.of(name)
                .filter(text -> NAME.matcher(text).matches() && !text.contains(".."))
                .map(folder::resolve)
                .filter(path -> Files.isRegularFile(path.resolve(CONFIG)));
    }

    /** What each was made for, as it says itself, by its name; those that do not say are left out. */
    Map<String, String> all() {
        Map<String, String> all = new TreeMap<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    find(name).flatMap(Adapters::model).ifPresent(model -> all.put(name, model));
                }
            } catch (IOException e) {
                LOG.log(Level.WARNING, "Adapters in {0} cannot be listed: {1}", new Object[] {folder, e.getMessage()});
            }
        }
        return all;
    }

    private static Optional<String> model(Path adapter) {
        try (InputStream in = Files.newInputStream(adapter.resolve(CONFIG))) {
            return JsonFields.parse(in).optionalString("model", LONGEST_MODEL_NAME);
        } catch (IOException | Problem e) {
            LOG.log(Level.FINE, "unreadable adapter " + adapter, e);
            return Optional.empty();
        }
    }
}
