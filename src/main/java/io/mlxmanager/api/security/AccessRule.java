package io.mlxmanager.api.security;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who may call an endpoint. Each resource method declares it by exactly one of {@link PermitAll}, {@link Authenticated}
 * and {@link RolesAllowed}.
 *
 * @param open whether everybody may, known or not
 * @param roles one of which the caller needs; empty for every approved user
 * @param queryToken whether {@code ?token=} is honoured
 */
public record AccessRule(boolean open, Set<String> roles, boolean queryToken) {

    public AccessRule {
        roles = Set.copyOf(roles);
    }

    /**
     * The rule a resource method declares.
     *
     * @throws IllegalStateException naming the method when it declares none or several
     */
    public static AccessRule of(Method method) {
        boolean open = method.isAnnotationPresent(PermitAll.class);
        boolean authenticated = method.isAnnotationPresent(Authenticated.class);
        RolesAllowed roles = method.getAnnotation(RolesAllowed.class);
        int declared = (open ? 1 : 0) + (authenticated ? 1 : 0) + (roles == null ? 0 : 1);
        if (declared != 1) {
            throw new IllegalStateException(method.getDeclaringClass().getName() + "." + method.getName()
                    + " must declare exactly one of @PermitAll, @Authenticated and @RolesAllowed, not " + declared);
        }
        return new AccessRule(
                open,
                roles == null ? Set.of() : Set.of(roles.value()),
                method.isAnnotationPresent(QueryTokenAllowed.class));
    }

    /** For people: {@code public}, {@code user}, or the roles. */
    public String describe() {
        if (open) {
            return "public";
        }
        return roles.isEmpty() ? "user" : String.join(" or ", new TreeSet<>(roles));
    }
}
