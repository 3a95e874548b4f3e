package io.mlxmanager.serve.fit;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.engine.arch.ModelFacts;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.catalog.ModelCharacteristics;
import io.mlxmanager.manage.catalog.ModelDisk;
import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubFile;
import io.mlxmanager.manage.hub.HubRepository;
import io.mlxmanager.manage.hub.HubRevision;
import io.mlxmanager.serve.pool.LoadedModel;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.Optional;

/** Tells whether a model can be run here, whether it is on this machine or on the hub. Any thread; asks the hub. */
@ApplicationScoped
public class FitCheck {

    private ModelCatalog catalog;
    private ModelDisk disk;
    private HubRepository hub;
    private ModelPool pool;

    /** For the container's proxy. */
    protected FitCheck() {}

    @Inject
    public FitCheck(ModelCatalog catalog, ModelDisk disk, HubRepository hub, ModelPool pool) {
        this.catalog = catalog;
        this.disk = disk;
        this.hub = hub;
        this.pool = pool;
    }

    /**
     * By the files on this machine, else by the hub's.
     *
     * @throws io.mlxmanager.manage.hub.HubProblem when it is not here and the hub does not tell
     */
    public Fit of(String modelId) {
        Optional<CatalogModel> here = catalog.find(modelId);
        return here.isPresent() ? local(here.get()) : remote(name(modelId));
    }

    /** The configuration of a model on this machine, else of the hub's; empty when neither has one. */
    public Optional<ModelCharacteristics> characteristics(String modelId) {
        Optional<CatalogModel> here = catalog.find(modelId);
        JsonObject config =
                here.isPresent() ? config(here.get().folder()) : hub.config(hub.revision(name(modelId), "main"));
        return Optional.ofNullable(config).map(ModelCharacteristics::new);
    }

    /** Those of a model on this machine; empty when its config.json cannot be read. */
    public Optional<ModelCharacteristics> characteristics(CatalogModel model) {
        return Optional.ofNullable(config(model.folder())).map(ModelCharacteristics::new);
    }

    /**
     * Refuses a model of the hub whose family the engine does not know; only its config.json is fetched.
     *
     * @throws Problem 400 {@code unsupported_architecture} with the family's name, or a problem of the hub
     */
    public void requireSupported(String modelId) {
        ModelId model = name(modelId);
        JsonObject config = hub.config(hub.revision(model, "main"));
        try {
            Engine.requireSupported(config);
        } catch (ModelFormatException e) {
            throw unsupported(model.toString(), e);
        }
    }

    /** As {@link #requireSupported}, for a folder with the whole model in it. */
    public void requireSupported(Path folder, String modelId) {
        try {
            Engine.inspect(folder);
        } catch (ModelFormatException e) {
            throw unsupported(modelId, e);
        }
    }

    /** As {@link #requireSupported(String)}, for a folder in which only the config.json need be. */
    public void requireSupportedFamily(Path folder, String modelId) {
        JsonObject config = config(folder);
        if (config == null) {
            throw InvalidInput.of("files", "holds a config.json that cannot be read");
        }
        try {
            Engine.requireSupported(config);
        } catch (ModelFormatException e) {
            throw unsupported(modelId, e);
        }
    }

    /** What a configuration that the hub knows only in parts tells; empty when it names a family that is supported. */
    public static Optional<String> whyUnsupported(JsonObject config) {
        try {
            Engine.requireSupported(config);
            return Optional.empty();
        } catch (ModelFormatException e) {
            return Optional.of(e.getMessage());
        }
    }

    private static Problem unsupported(String model, ModelFormatException reason) {
        return new Problem(
                ProblemKind.BAD_REQUEST,
                "unsupported_architecture",
                model + " cannot be run by this server's engine: " + reason.getMessage(),
                reason);
    }

    private Fit local(CatalogModel model) {
        JsonObject config = config(model.folder());
        try {
            return fit(Engine.inspect(model.folder()), room(model.id()));
        } catch (ModelFormatException e) {
            return Fit.unsupported(e.getMessage(), family(config), disk.bytes(model), room(model.id()));
        }
    }

    private Fit remote(ModelId model) {
        HubRevision revision = hub.revision(model, "main");
        JsonObject config = hub.config(revision);
        long weights = revision.files().stream()
                .filter(file -> file.path().endsWith(".safetensors"))
                .mapToLong(HubFile::size)
                .sum();
        try {
            return fit(Engine.inspect(config, weights), room(model.toString()));
        } catch (ModelFormatException e) {
            return Fit.unsupported(e.getMessage(), family(config), weights, room(model.toString()));
        }
    }

    private Fit fit(ModelFacts facts, long room) {
        return Fit.of(facts, pool.kvBytes(facts), room, pool.longestContext(facts, room));
    }

    /** Idle models make room for others; those in use and those that are pinned do not. */
    private long room(String forModel) {
        long taken = pool.loadedModels().stream()
                .filter(model -> !model.id().equals(forModel))
                .filter(model -> model.running() > 0 || model.pinned())
                .mapToLong(LoadedModel::bytes)
                .sum();
        return Math.max(0, pool.memoryLimit() - taken);
    }

    private static String family(JsonObject config) {
        return config == null
                ? ""
                : new ModelCharacteristics(config).modelType().orElse("");
    }

    private static ModelId name(String modelId) {
        return ModelId.parse(modelId)
                .orElseThrow(() -> InvalidInput.of("model_id", "must be the name of a model, owner/name"));
    }

    private static JsonObject config(Path folder) {
        try {
            return JsonFile.read(folder.resolve("config.json")).fields();
        } catch (ModelFormatException e) {
            // A folder that changes under us, or a file that is no JSON: nothing is known of it.
            return null;
        }
    }
}
