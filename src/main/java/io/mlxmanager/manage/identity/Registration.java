package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Conflicts;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.persistence.PersistenceException;
import java.time.Clock;
import java.util.Optional;

/**
 * How one becomes a user. The first ever is an administrator and approved at once; everybody later waits for an
 * approval. Two first ones at the same moment are told apart by the lock on the one row of identity_state.
 */
public final class Registration {

    private final Transactions transactions;
    private final Passwords passwords;
    private final Clock clock;

    public Registration(Transactions transactions, Passwords passwords, Clock clock) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.clock = clock;
    }

    /**
     * Registers a user.
     *
     * @throws InvalidInput when the address or the length of the password is not acceptable
     * @throws Problem 409 when the address is taken, in whatever case it is written
     */
    public Account register(String email, String password) {
        EmailAddress address = EmailAddress.of("email", email);
        Passwords.check("password", password);
        Optional<User> taken = transactions.call(entities -> new Users(entities).findByEmail(address.value()));
        if (taken.isPresent()) {
            throw taken();
        }
        String hash = passwords.hash(password);
        try {
            return transactions.call(entities -> store(new Users(entities), address, hash));
        } catch (PersistenceException e) {
            // Somebody else took the address between the look and the insert.
            throw Conflicts.violatesConstraint(e) ? taken() : e;
        }
    }

    /** Whether nobody has registered yet, so that the next one becomes the administrator. */
    public boolean awaitsFirstUser() {
        return transactions.call(entities -> new Users(entities).state().isUnclaimed());
    }

    private Account store(Users users, EmailAddress address, String hash) {
        IdentityState state = users.lockState();
        User user = new User(address, hash, clock.instant());
        boolean first = state.isUnclaimed();
        if (first) {
            user.setAdmin(true);
            user.approve(clock.instant(), null);
        }
        users.add(user);
        if (first) {
            state.setFirstAdminId(user.getId());
        }
        return user.account();
    }

    private static Problem taken() {
        return Problem.conflict("Email already registered").withCode("email_taken");
    }
}
