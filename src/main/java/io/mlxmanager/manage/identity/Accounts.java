package io.mlxmanager.manage.identity;

import io.mlxmanager.base.persist.Transactions;
import java.util.List;
import java.util.Optional;

/** The accounts that exist, as they are now. Safe for many threads. */
public final class Accounts implements AccountLookup {

    private final Transactions transactions;

    public Accounts(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public Optional<Account> find(long userId) {
        return transactions.call(entities -> new Users(entities).find(userId).map(User::account));
    }

    /** All accounts, the newest first. */
    public List<Account> all() {
        return transactions.call(entities ->
                new Users(entities).newestFirst().stream().map(User::account).toList());
    }

    public long count(UserStatus status) {
        return transactions.call(entities -> new Users(entities).count(status));
    }
}
