package io.mlxmanager.manage.identity;

import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import java.util.List;
import java.util.Optional;

/** The users of the database, inside one transaction. */
final class Users {

    private final EntityManager entities;

    Users(EntityManager entities) {
        this.entities = entities;
    }

    Optional<User> find(long id) {
        return Optional.ofNullable(entities.find(User.class, id));
    }

    Optional<User> findByEmail(String normalisedEmail) {
        return entities.createNamedQuery("User.byEmail", User.class)
                .setParameter("email", normalisedEmail)
                .getResultStream()
                .findFirst();
    }

    List<User> newestFirst() {
        return entities.createNamedQuery("User.newestFirst", User.class).getResultList();
    }

    long count(UserStatus status) {
        return entities.createNamedQuery("User.countByStatus", Long.class)
                .setParameter("status", status)
                .getSingleResult();
    }

    /** Only reliable for a decision after {@link #lockState()}. */
    long activeAdmins() {
        return entities.createNamedQuery("User.countActiveAdmins", Long.class)
                .setParameter("approved", UserStatus.APPROVED)
                .getSingleResult();
    }

    /** Stores the user now, so that its id is known and a taken address is noticed here. */
    void add(User user) {
        entities.persist(user);
        entities.flush();
    }

    void remove(User user) {
        entities.remove(user);
        entities.flush();
    }

    /** The row that says whether anybody has registered, as it is now. */
    IdentityState state() {
        return entities.find(IdentityState.class, IdentityState.ONLY);
    }

    /** Waits until no other transaction decides about administrators, and keeps the others waiting until the end. */
    IdentityState lockState() {
        return entities.find(IdentityState.class, IdentityState.ONLY, LockModeType.PESSIMISTIC_WRITE);
    }
}
