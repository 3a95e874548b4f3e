package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;

/** What users do to their own logins: end one, end all, change the password. */
public final class Sessions {

    private final Transactions transactions;
    private final Passwords passwords;
    private final TokenIssuer tokens;
    private final TokenLedger ledger;

    public Sessions(Transactions transactions, Passwords passwords, TokenIssuer tokens, TokenLedger ledger) {
        this.transactions = transactions;
        this.passwords = passwords;
        this.tokens = tokens;
        this.ledger = ledger;
    }

    /** Ends the token the caller came with; ending it twice is no fault. */
    public void logout(Caller caller) {
        String session = caller.session()
                .orElseThrow(() -> Problem.badRequest("This credential cannot be ended by logging out"));
        ledger.end(session, caller.expiresAt());
    }

    /** Ends every token of the user. */
    public void logoutEverywhere(long userId) {
        transactions.run(entities -> existing(new Users(entities), userId).endTokens());
    }

    /**
     * Changes the own password, ends every token and gives a new one to go on with.
     *
     * @throws Problem 403 when the current password is wrong
     * @throws InvalidInput naming {@code new_password} when its length is not acceptable
     */
    public IssuedToken changePassword(long userId, String current, String replacement) {
        Passwords.check("new_password", replacement);
        String stored = transactions.call(
                entities -> existing(new Users(entities), userId).getPasswordHash());
        if (!passwords.matches(current, stored)) {
            throw Problem.forbidden("The current password is wrong").withCode("bad_credentials");
        }
        String hash = passwords.hash(replacement);
        Account account = transactions.call(entities -> {
            User user = existing(new Users(entities), userId);
            user.setPasswordHash(hash);
            user.endTokens();
            return user.account();
        });
        return tokens.issue(account);
    }

    private static User existing(Users users, long userId) {
        return users.find(userId).orElseThrow(() -> Problem.unauthorized("Could not validate credentials"));
    }
}
