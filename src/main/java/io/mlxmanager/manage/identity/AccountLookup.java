package io.mlxmanager.manage.identity;

import java.util.Optional;

/** How the verifier learns what a user may do now; the seam that lets it be tested without a database. */
@FunctionalInterface
public interface AccountLookup {

    /** The account as it is at this moment, never from a cache. */
    Optional<Account> find(long userId);
}
