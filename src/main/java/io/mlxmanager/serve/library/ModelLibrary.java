package io.mlxmanager.serve.library;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.capability.Capabilities;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.catalog.ModelDisk;
import io.mlxmanager.manage.catalog.ModelImport;
import io.mlxmanager.manage.catalog.ModelUploads;
import io.mlxmanager.manage.download.DownloadState;
import io.mlxmanager.manage.download.Downloads;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.Profiles;
import io.mlxmanager.serve.fit.FitCheck;
import io.mlxmanager.serve.pool.ModelPool;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Models that come from the server's own disk, and models that go. Any thread; blocks while files change. */
@ApplicationScoped
public class ModelLibrary {

    private ModelCatalog catalog;
    private ModelDisk disk;
    private ModelImport imports;
    private ModelUploads uploads;
    private ModelPool pool;
    private Profiles profiles;
    private Downloads downloads;
    private Capabilities capabilities;
    private FitCheck fit;

    /** For the container's proxy. */
    protected ModelLibrary() {}

    @Inject
    public ModelLibrary(
            ModelCatalog catalog,
            ModelDisk disk,
            ModelImport imports,
            ModelUploads uploads,
            ModelPool pool,
            Profiles profiles,
            Downloads downloads,
            Capabilities capabilities,
            FitCheck fit) {
        this.catalog = catalog;
        this.disk = disk;
        this.imports = imports;
        this.uploads = uploads;
        this.pool = pool;
        this.profiles = profiles;
        this.downloads = downloads;
        this.capabilities = capabilities;
        this.fit = fit;
    }

    /**
     * Deletes the files of a model and what is stored about it.
     *
     * @throws Problem 404 for a model that is not here, 409 {@code model_in_use} naming everything that uses it
     */
    public void delete(String modelId) {
        CatalogModel model = catalog.find(modelId)
                .orElseThrow(() -> Problem.notFound("Model not found").withCode("model_not_found"));
        if (model.adapter().isPresent()) {
            throw Problem.badRequest("An adapter shares the weights of its model; delete " + model.baseId()
                            + " or the adapter's folder "
                            + model.adapter().get().getFileName())
                    .withCode("model_is_adapted");
        }
        List<String> uses = uses(model.id());
        if (!uses.isEmpty()) {
            throw Problem.conflict("The model is in use: " + String.join("; ", uses))
                    .withCode("model_in_use");
        }
        disk.delete(model);
        capabilities.remove(model.id());
    }

    /**
     * Brings a model from a folder or a zip on the server's disk.
     *
     * @throws Problem as {@link ModelImport#take}, and 400 {@code unsupported_architecture}
     */
    public CatalogModel take(Path source, String modelId) {
        return imports.take(source, modelId, folder -> fit.requireSupported(folder, modelId));
    }

    /** As {@link ModelUploads#begin}. */
    public String beginUpload(String modelId, Map<String, Long> sizes) {
        return uploads.begin(modelId, sizes);
    }

    /**
     * As {@link ModelUploads#append}. A model that the engine does not know is refused before its weights have come.
     *
     * @throws Problem 400 {@code unsupported_architecture}; the upload is over then
     */
    public void appendUpload(String id, String name, long offset, InputStream part) {
        String modelId = uploads.modelId(id);
        uploads.append(id, name, offset, part).ifPresent(folder -> {
            try {
                fit.requireSupportedFamily(folder, modelId);
            } catch (Problem unsupported) {
                uploads.cancel(id);
                throw unsupported;
            }
        });
    }

    /** The model for which the upload is. */
    public String uploadedModel(String id) {
        return uploads.modelId(id);
    }

    /** As {@link ModelUploads#complete}, and 400 {@code unsupported_architecture}. */
    public CatalogModel completeUpload(String id) {
        String modelId = uploads.modelId(id);
        return uploads.complete(id, folder -> fit.requireSupported(folder, modelId));
    }

    /** As {@link ModelUploads#cancel}. */
    public void cancelUpload(String id) {
        uploads.cancel(id);
    }

    /** With an adapter or without. */
    private static boolean uses(String asked, String modelId) {
        return asked.equals(modelId) || asked.startsWith(modelId + CatalogModel.WITH);
    }

    private List<String> uses(String modelId) {
        List<String> uses = new ArrayList<>();
        pool.loadedModel(modelId).ifPresent(loaded -> uses.add("it is in memory"));
        String names = profiles.all().stream()
                .filter(profile -> uses(profile.settings().modelId(), modelId))
                .map(ProfileInfo::name)
                .collect(Collectors.joining(", "));
        if (!names.isEmpty()) {
            uses.add("profiles: " + names);
        }
        if (downloads.active().stream().map(DownloadState::modelId).anyMatch(modelId::equals)) {
            uses.add("it is being downloaded");
        }
        return uses;
    }
}
