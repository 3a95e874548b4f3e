package io.mlxmanager.manage.profile;

import io.mlxmanager.base.persist.Conflicts;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.FieldError;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The profiles. The database alone decides whose name came first. Safe for many threads. */
public final class Profiles {

    private final Transactions transactions;
    private final Function<String, Optional<Path>> models;
    private final Clock clock;

    /** @param models the folder of a model on this machine */
    public Profiles(Transactions transactions, Function<String, Optional<Path>> models, Clock clock) {
        this.transactions = transactions;
        this.models = models;
        this.clock = clock;
    }

    /** All of them, by name. */
    public List<ProfileInfo> all() {
        return transactions.call(entities -> entities.createNamedQuery("Profile.all", Profile.class)
                .getResultStream()
                .map(Profile::info)
                .toList());
    }

    public Optional<ProfileInfo> named(String name) {
        return transactions.call(entities -> entities.createNamedQuery("Profile.byName", Profile.class)
                .setParameter("name", name)
                .getResultStream()
                .findFirst()
                .map(Profile::info));
    }

    /** @throws Problem 404 */
    public ProfileInfo get(long id) {
        return transactions.call(entities -> existing(entities, id).info());
    }

    /** @throws Problem 404 for a model that is not here, 409 for a name that is taken, 422 for what the model cannot use */
    public ProfileInfo create(ProfileSettings settings) {
        ModelType type = fitting(settings);
        return unique(() -> transactions.call(entities -> {
            Profile profile = new Profile(settings, type, clock.instant());
            entities.persist(profile);
            entities.flush();
            return profile.info();
        }));
    }

    /**
     * Changes a profile, all of it or nothing.
     *
     * @param change makes the new settings from the present ones
     * @throws Problem as {@link #create}, and 404 for a profile that is not there
     */
    public ProfileInfo change(long id, UnaryOperator<ProfileSettings> change) {
        return unique(() -> transactions.call(entities -> {
            Profile profile = existing(entities, id);
            ProfileSettings settings = change.apply(profile.info().settings());
            profile.write(settings, fitting(settings), clock.instant());
            entities.flush();
            return profile.info();
        }));
    }

    /** @throws Problem 404 for a profile that is not there, 409 for a name that is taken */
    public ProfileInfo duplicate(long id, String newName) {
        return create(get(id).settings().copyAs(newName));
    }

    /** @throws Problem 404 */
    public void delete(long id) {
        transactions.run(entities -> entities.remove(existing(entities, id)));
    }

    private ModelType fitting(ProfileSettings settings) {
        Path folder = models.apply(settings.modelId())
                .orElseThrow(() -> Problem.notFound("Model not found").withCode("model_not_found"));
        ModelType type = ModelType.of(folder, settings.modelId());
        List<FieldError> errors = new ArrayList<>();
        if (!type.chats() && !settings.inference().equals(ProfileSettings.Inference.UNSAID)) {
            errors.add(new FieldError("inference", "does not apply to " + type.word() + " models"));
        }
        if (!type.chats() && !settings.context().equals(ProfileSettings.Context.UNSAID)) {
            errors.add(new FieldError("context", "does not apply to " + type.word() + " models"));
        }
        if (type != ModelType.AUDIO && !settings.audio().equals(ProfileSettings.Audio.UNSAID)) {
            errors.add(new FieldError("audio", "does not apply to " + type.word() + " models"));
        }
        if (!errors.isEmpty()) {
            throw new InvalidInput(errors);
        }
        return type;
    }

    private static Profile existing(EntityManager entities, long id) {
        return Optional.ofNullable(entities.find(Profile.class, id)).orElseThrow(Profiles::unknown);
    }

    private static Problem unknown() {
        return Problem.notFound("Profile not found").withCode("profile_not_found");
    }

    private static ProfileInfo unique(Supplier<ProfileInfo> work) {
        try {
            return work.get();
        } catch (PersistenceException e) {
            if (Conflicts.violatesConstraint(e)) {
                throw Problem.conflict("Profile name already exists").withCode("profile_name_taken");
            }
            throw e;
        }
    }
}
