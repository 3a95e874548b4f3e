package io.mlxmanager.manage.catalog;

import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.ModelsConfig;
import io.mlxmanager.manage.catalog.CatalogModel.Source;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The models on this machine, read from the disk each time, so that what other tools add or remove is seen at once. A
 * folder counts when it holds a configuration, a tokenizer and weights. Any thread.
 */
@ApplicationScoped
public class ModelCatalog {

    private static final Logger LOG = Logger.getLogger(ModelCatalog.class.getName());
    private static final String CACHE_PREFIX = "models--";

    /** Owner of models that lie in a configured folder without one. */
    private static final String LOCAL_OWNER = "local";

    private Adapters adapters;
    private Path home;
    private Path hubCache;
    private List<Path> folders;

    /** For the container's proxy. */
    protected ModelCatalog() {}

    @Inject
    public ModelCatalog(HomeConfig home, ModelsConfig models) {
        this.adapters = new Adapters(home.folder().resolve("adapters"));
        this.home = home.folder().resolve("models");
        this.hubCache = models.hubCache();
        this.folders = models.folders();
    }

    /** The folder that holds models of the product's own, {@code owner/name} below it. */
    Path ownFolder() {
        return home;
    }

    /** The model of that name; empty for a name that is none. The product's own folder goes before the shared cache, and that before others. */
    public Optional<CatalogModel> find(String id) {
        int at = id.indexOf(CatalogModel.WITH);
        if (at >= 0) {
            String name = id.substring(at + 1);
            return adapters.find(name)
                    .flatMap(change -> find(id.substring(0, at)).map(model -> model.with(name, change)));
        }
        return ModelId.parse(id)
                .flatMap(known -> inHome(known).or(() -> inHubCache(known)).or(() -> inFolders(known)));
    }

    /** The adapters that say of themselves which of the models here they were made for, with it. */
    public List<CatalogModel> adapted() {
        return adapters.all().entrySet().stream()
                .flatMap(entry -> find(entry.getValue())
                        .filter(model -> model.adapter().isEmpty())
                        .flatMap(model -> find(model.id() + CatalogModel.WITH + entry.getKey()))
                        .stream())
                .toList();
    }

    /** All models, by name. */
    public List<CatalogModel> all() {
        Map<String, CatalogModel> found = new LinkedHashMap<>();
        for (Path owner : children(home)) {
            for (Path model : children(owner)) {
                add(found, owner.getFileName() + "/" + model.getFileName());
            }
        }
        for (Path entry : children(hubCache)) {
            String name = entry.getFileName().toString();
            if (name.startsWith(CACHE_PREFIX)) {
                add(found, name.substring(CACHE_PREFIX.length()).replaceFirst("--", "/"));
            }
        }
        folders.forEach(folder -> addFolder(found, folder));
        List<CatalogModel> sorted = new ArrayList<>(found.values());
        sorted.sort(Comparator.comparing(CatalogModel::id));
        return sorted;
    }

    private void addFolder(Map<String, CatalogModel> found, Path folder) {
        for (Path child : children(folder)) {
            add(found, LOCAL_OWNER + "/" + child.getFileName());
            for (Path model : children(child)) {
                add(found, child.getFileName() + "/" + model.getFileName());
            }
        }
    }

    private Optional<CatalogModel> inFolders(ModelId id) {
        for (Path folder : folders) {
            Path model = id.owner().equals(LOCAL_OWNER) && Files.isDirectory(folder.resolve(id.name()))
                    ? folder.resolve(id.name())
                    : folder.resolve(id.owner()).resolve(id.name());
            Optional<CatalogModel> found = complete(id, model, Source.FOLDER);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private void add(Map<String, CatalogModel> found, String id) {
        find(id).ifPresent(model -> found.putIfAbsent(model.id(), model));
    }

    private Optional<CatalogModel> inHome(ModelId id) {
        return complete(id, home.resolve(id.owner()).resolve(id.name()), Source.HOME);
    }

    private Optional<CatalogModel> inHubCache(ModelId id) {
        Path repository = hubCache.resolve(CACHE_PREFIX + id.owner() + "--" + id.name());
        Path main = repository.resolve("refs").resolve("main");
        if (!Files.isRegularFile(main)) {
            return Optional.empty();
        }
        try {
            String revision = Files.readString(main).strip();
            if (!revision.matches("[0-9a-f]{6,64}")) {
                return Optional.empty();
            }
            return complete(id, repository.resolve("snapshots").resolve(revision), Source.HUB_CACHE);
        } catch (IOException e) {
            LOG.log(Level.FINE, "unreadable reference of " + id, e);
            return Optional.empty();
        }
    }

    private static Optional<CatalogModel> complete(ModelId id, Path folder, Source source) {
        try {
            if (Files.isRegularFile(folder.resolve("config.json"))
                    && Files.isRegularFile(folder.resolve("tokenizer.json"))
                    && hasWeights(folder)) {
                Instant added =
                        Files.getLastModifiedTime(folder.resolve("config.json")).toInstant();
                return Optional.of(new CatalogModel(id.toString(), folder, source, added));
            }
        } catch (IOException e) {
            LOG.log(Level.FINE, "unreadable model folder of " + id, e);
        }
        return Optional.empty();
    }

    private static boolean hasWeights(Path folder) throws IOException {
        try (DirectoryStream<Path> weights = Files.newDirectoryStream(folder, "model*.safetensors")) {
            return weights.iterator().hasNext();
        }
    }

    private static List<Path> children(Path folder) {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
                entries.forEach(children::add);
            } catch (IOException e) {
                LOG.log(Level.WARNING, "Models in {0} cannot be listed: {1}", new Object[] {folder, e.getMessage()});
            }
        }
        return children;
    }
}
