package io.mlxmanager.manage.identity;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Stores the roles granted beyond user and administrator as group names with commas between, e.g. {@code auditor}. */
@Converter
public final class RolesColumn implements AttributeConverter<Set<Role>, String> {

    @Override
    public String convertToDatabaseColumn(Set<Role> roles) {
        return roles == null ? "" : roles.stream().sorted().map(Role::group).collect(Collectors.joining(","));
    }

    /** Names of no role, e.g. of a newer release, grant nothing. */
    @Override
    public Set<Role> convertToEntityAttribute(String names) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        if (names != null) {
            Arrays.stream(names.split(",", -1))
                    .forEach(name -> Role.ofGroup(name).ifPresent(roles::add));
        }
        return roles;
    }
}
