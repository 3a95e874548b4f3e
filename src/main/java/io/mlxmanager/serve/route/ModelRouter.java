package io.mlxmanager.serve.route;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Finds the model that a client's name means. Any thread. */
@ApplicationScoped
public class ModelRouter {

    private static final Logger LOG = Logger.getLogger(ModelRouter.class.getName());

    private ModelCatalog catalog;

    /** For the container's proxy. */
    protected ModelRouter() {}

    @Inject
    public ModelRouter(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * @throws Problem 404 {@code model_not_found} when there is no such model here
     */
    public CatalogModel route(String name) {
        return catalog.find(name)
                .orElseThrow(() -> new Problem(
                        ProblemKind.NOT_FOUND,
                        "model_not_found",
                        "The model '" + shorten(name) + "' does not exist on this server",
                        null));
    }

    /** The models that can be asked for: on this machine, and of a family the engine knows. */
    public List<CatalogModel> available() {
        return catalog.all().stream().filter(ModelRouter::supported).toList();
    }

    private static boolean supported(CatalogModel model) {
        try {
            Engine.inspect(model.folder());
            return true;
        } catch (RuntimeException e) {
            LOG.log(Level.FINE, "not offered: " + model.id(), e);
            return false;
        }
    }

    private static String shorten(String name) {
        return name.length() <= 200 ? name : name.substring(0, 200) + "…";
    }
}
