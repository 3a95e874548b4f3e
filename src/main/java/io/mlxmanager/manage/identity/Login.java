package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.RateLimited;
import java.time.Duration;
import java.util.Optional;

/**
 * From e-mail and password to a token. The password is looked at before the status, and an unknown address takes as long
 * as a wrong password, so that only who knows the password learns anything about the account.
 */
public final class Login {

    private final Transactions transactions;
    private final Passwords passwords;
    private final LoginBackoff backoff;
    private final TokenIssuer tokens;

    private record Candidate(Account account, String passwordHash, boolean lastAdministrator) {}

    public Login(Transactions transactions, Passwords passwords, LoginBackoff backoff, TokenIssuer tokens) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.backoff = backoff;
        this.tokens = tokens;
    }

    /**
     * Checks the password and issues a token.
     *
     * @param clientAddress where the request comes from, for the back-off
     * @throws RateLimited after too many wrong passwords
     * @throws Problem 401 for an unknown address or a wrong password, 403 for an account that is not approved
     */
    public IssuedToken login(String email, String password, String clientAddress) {
        String name = EmailAddress.normalise(email);
        Candidate candidate = transactions
                .call(entities -> candidate(new Users(entities), name))
                .orElse(null);
        Duration wait = backoff.delay(name, clientAddress, candidate != null && candidate.lastAdministrator());
        if (!wait.isZero()) {
            throw new RateLimited("Too many failed logins, try again later", wait);
        }
        if (!matches(candidate, password)) {
            backoff.failed(name, clientAddress);
            throw Problem.unauthorized("Incorrect email or password").withCode("bad_credentials");
        }
        backoff.succeeded(name, clientAddress);
        requireApproved(candidate.account());
        renewHash(candidate, password);
        return tokens.issue(candidate.account());
    }

    private Optional<Candidate> candidate(Users users, String name) {
        return users.findByEmail(name)
                .map(user -> new Candidate(
                        user.account(), user.getPasswordHash(), user.isActiveAdmin() && users.activeAdmins() == 1));
    }

    private boolean matches(Candidate candidate, String password) {
        if (candidate == null) {
            passwords.pretend(password);
            return false;
        }
        return passwords.matches(password, candidate.passwordHash());
    }

    private static void requireApproved(Account account) {
        switch (account.status()) {
            case APPROVED -> {}
            case PENDING -> throw Problem.forbidden("Account pending approval").withCode("account_pending");
            case DISABLED -> throw Problem.forbidden("Account disabled").withCode("account_disabled");
        }
    }

    private void renewHash(Candidate candidate, String password) {
        if (!passwords.isOutdated(candidate.passwordHash())) {
            return;
        }
        String hash = passwords.hash(password);
        transactions.run(entities -> new Users(entities)
                .find(candidate.account().id())
                // Only the hash that was checked may be replaced: the password may have changed meanwhile.
                .filter(user -> user.getPasswordHash().equals(candidate.passwordHash()))
                .ifPresent(user -> user.setPasswordHash(hash)));
    }
}
