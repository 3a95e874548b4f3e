package io.mlxmanager.serve.route;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import io.mlxmanager.engine.Engine;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.Profiles;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the model that a client's name means. Any thread. */
@ApplicationScoped
public class ModelRouter {

    private static final Logger LOG = Logger.getLogger(ModelRouter.class.getName());

    private ModelCatalog catalog;
    private Profiles profiles;

    /** For the container's proxy. */
    protected ModelRouter() {}

    @Inject
    public ModelRouter(ModelCatalog catalog, Profiles profiles) {
        this.catalog = catalog;
        this.profiles = profiles;
    }

    /**
     * The model that answers a name, the name of a profile included.
     *
     * @throws Problem as {@link #resolve}
     */
    public CatalogModel route(String name) {
        return resolve(name).model();
    }

    /**
     * A model's name goes before a profile's; {@code profile:} before the name asks for the profile in any case.
     *
     * @throws Problem 404 {@code model_not_found} when there is no such model or profile here, or the profile's model
     *     is gone
     */
    public Route resolve(String name) {
        Optional<CatalogModel> model = catalog.find(name);
        return model.isPresent()
                ? new Route(model.get(), Optional.empty())
                : profile(name).map(this::route).orElseThrow(() -> unknown(name));
    }

    /**
     * Refuses a caller whose key opens neither the model behind the name nor, by its full name, the profile. A bare
     * profile name opens nothing: whoever names profiles would otherwise decide what keys may do.
     *
     * @throws Problem 403 {@code model_not_allowed}
     */
    public void requireUse(Caller caller, String name) {
        if (caller.key().isEmpty()) {
            return;
        }
        Optional<ProfileInfo> profile = catalog.find(name).isPresent() ? Optional.empty() : profile(name);
        if (profile.isEmpty()) {
            caller.requireModel(name);
        } else if (!mayUse(caller, profile.get())) {
            caller.requireModel(profile.get().requestName());
        }
    }

    /** Whether the caller's key opens that profile. */
    public static boolean mayUse(Caller caller, ProfileInfo profile) {
        return caller.mayUse(profile.settings().modelId()) || caller.mayUse(profile.requestName());
    }

    /** The profiles that can be asked for: those whose model is on this machine and can be run. */
    public List<ProfileInfo> profiles() {
        Set<String> here = available().stream().map(CatalogModel::id).collect(Collectors.toSet());
        return profiles.all().stream()
                .filter(profile -> here.contains(profile.settings().modelId()))
                .toList();
    }

    private Optional<ProfileInfo> profile(String name) {
        String bare = name.startsWith(ProfileInfo.PREFIX) ? name.substring(ProfileInfo.PREFIX.length()) : name;
        return bare.isEmpty() || bare.contains("/") ? Optional.empty() : profiles.named(bare);
    }

    private Route route(ProfileInfo profile) {
        String model = profile.settings().modelId();
        return catalog.find(model)
                .map(found -> new Route(found, Optional.of(profile)))
                .orElseThrow(() -> new Problem(
                        ProblemKind.NOT_FOUND,
                        "model_not_found",
                        "The profile '" + profile.name() + "' uses the model '" + model
                                + "', which is not on this server any more",
                        null));
    }

    private static Problem unknown(String name) {
        return new Problem(
                ProblemKind.NOT_FOUND,
                "model_not_found",
                "The model '" + shorten(name) + "' does not exist on this server; GET /v1/models lists those that do",
                null);
    }

    /** The models that can be asked for: on this machine, and of a family the engine knows. */
    public List<CatalogModel> available() {
        return Stream.concat(catalog.all().stream(), catalog.adapted().stream())
                .filter(ModelRouter::supported)
                .toList();
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
