package io.mlxmanager.manage.identity;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What an administrator changes about an account; what is empty stays as it is. */
public record AccountChange(
        Optional<EmailAddress> email, Optional<Boolean> admin, Optional<UserStatus> status, Optional<Set<Role>> roles) {

    public AccountChange {
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(admin, "admin");
        Objects.requireNonNull(status, "status");
        roles = roles.map(Set::copyOf);
    }
}
