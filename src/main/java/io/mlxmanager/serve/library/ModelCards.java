package io.mlxmanager.serve.library;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubProblem;
import io.mlxmanager.manage.hub.HubRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/** What makers tell about their models, in Markdown that nobody has checked. Any thread; may ask the hub. */
@ApplicationScoped
public class ModelCards {

    private static final int MOST_BYTES = 1 << 20;
    private static final Set<String> THERE_IS_NONE = Set.of("hub_not_found", "hub_offline");

    /**
     * What is told about a model.
     *
     * @param page where the hub of this server shows the model to people
     */
    public record Card(String markdown, URI page) {}

    private ModelCatalog catalog;
    private HubRepository hub;

    /** For the container's proxy. */
    protected ModelCards() {}

    @Inject
    public ModelCards(ModelCatalog catalog, HubRepository hub) {
        this.catalog = catalog;
        this.hub = hub;
    }

    /**
     * The one that lies beside the model, else the hub's; empty when there is neither.
     *
     * @throws HubProblem when the hub cannot be asked now
     */
    public Optional<Card> find(String modelId) {
        ModelId id = ModelId.parse(modelId)
                .orElseThrow(() -> InvalidInput.of("model_id", "must be the name of a model, owner/name"));
        return text(id).map(markdown -> new Card(markdown, hub.page(id)));
    }

    private Optional<String> text(ModelId id) {
        Optional<String> beside =
                catalog.find(id.toString()).map(CatalogModel::folder).flatMap(ModelCards::read);
        if (beside.isPresent()) {
            return beside;
        }
        try {
            return Optional.of(hub.card(id));
        } catch (HubProblem problem) {
            if (THERE_IS_NONE.contains(problem.code())) {
                return Optional.empty();
            }
            throw problem;
        }
    }

    private static Optional<String> read(Path folder) {
        Path file = folder.resolve("README.md");
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
