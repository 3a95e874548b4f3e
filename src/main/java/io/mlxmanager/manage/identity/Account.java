package io.mlxmanager.manage.identity;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A user as the rest of the application sees one: a picture taken in some transaction, without the password.
 *
 * @param roles granted beyond user and administrator
 * @param tokenGeneration tokens of another generation are void
 * @param approvedAt null until the first approval
 * @param approvedBy id of the administrator who approved; null for the first user and after that one's removal
 */
public record Account(
        long id,
        String email,
        boolean admin,
        Set<Role> roles,
        UserStatus status,
        int tokenGeneration,
        Instant createdAt,
        Instant approvedAt,
        Long approvedBy) {

    public Account {
        Objects.requireNonNull(email, "email");
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(createdAt, "createdAt");
        roles = Set.copyOf(roles);
    }

    public boolean approved() {
        return status == UserStatus.APPROVED;
    }

    public Optional<Instant> approvalTime() {
        return Optional.ofNullable(approvedAt);
    }

    /** The names of all roles this user has when approved; {@code user} is always among them. */
    public Set<String> groups() {
        Set<String> groups = new LinkedHashSet<>();
        groups.add(Role.USER.group());
        if (admin) {
            groups.add(Role.ADMIN.group());
        }
        roles.forEach(role -> groups.add(role.group()));
        return groups;
    }
}
