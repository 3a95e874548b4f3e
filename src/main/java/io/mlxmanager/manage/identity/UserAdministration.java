package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Conflicts;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import jakarta.persistence.PersistenceException;
import java.time.Clock;
import java.util.Optional;

/**
 * What administrators do to accounts. There is always at least one administrator who can act: whoever changes an account
 * holds the lock on the one row of identity_state, changes, counts, and takes the change back if nobody would be left.
 */
public final class UserAdministration {

    private final Transactions transactions;
    private final Passwords passwords;
    private final Clock clock;

    public UserAdministration(Transactions transactions, Passwords passwords, Clock clock) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.clock = clock;
    }

    /**
     * Changes an account. Taking the approval away ends its tokens.
     *
     * @param administratorId who decides; remembered with a first approval
     * @throws Problem 404 for an unknown user, 400 when no administrator would be left, 409 when the address is taken
     */
    public Account change(long userId, AccountChange change, long administratorId) {
        try {
            return transactions.call(entities -> {
                Users users = new Users(entities);
                users.lockState();
                User user = existing(users, userId);
                boolean demoted = user.isAdmin() && change.admin().equals(Optional.of(false));
                apply(user, change, administratorId);
                entities.flush();
                requireAdministrator(users, demoted ? "Cannot remove last admin" : "Cannot disable last active admin");
                return user.account();
            });
        } catch (PersistenceException e) {
            if (Conflicts.violatesConstraint(e)) {
                throw Problem.conflict("Email already registered").withCode("email_taken");
            }
            throw e;
        }
    }

    /**
     * Removes an account; what it did stays in the audit log under its id.
     *
     * @throws Problem 404 for an unknown user, 400 when no administrator would be left
     */
    public Account delete(long userId) {
        return transactions.call(entities -> {
            Users users = new Users(entities);
            users.lockState();
            User user = existing(users, userId);
            Account removed = user.account();
            users.remove(user);
            requireAdministrator(users, "Cannot delete last admin");
            return removed;
        });
    }

    /**
     * Gives a user a new password and ends all tokens of that user.
     *
     * @throws InvalidInput naming {@code password} when its length is not acceptable
     * @throws Problem 404 for an unknown user
     */
    public Account resetPassword(long userId, String password) {
        Passwords.check("password", password);
        String hash = passwords.hash(password);
        return transactions.call(entities -> {
            User user = existing(new Users(entities), userId);
            user.setPasswordHash(hash);
            user.endTokens();
            return user.account();
        });
    }

    private void apply(User user, AccountChange change, long administratorId) {
        change.email().ifPresent(user::setEmail);
        change.admin().ifPresent(user::setAdmin);
        change.roles().ifPresent(user::setRoles);
        change.status().ifPresent(status -> {
            switch (status) {
                case APPROVED -> user.approve(clock.instant(), administratorId);
                case PENDING, DISABLED -> user.suspend(status);
            }
        });
    }

    private static void requireAdministrator(Users users, String refusal) {
        if (users.activeAdmins() == 0) {
            throw Problem.badRequest(refusal).withCode("last_admin");
        }
    }

    private static User existing(Users users, long userId) {
        return users.find(userId)
                .orElseThrow(() -> Problem.notFound("User not found").withCode("user_not_found"));
    }
}
