package io.mlxmanager.api.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class AccessRuleTest {

    @SuppressWarnings("unused") // read by reflection
    private static final class Endpoints {
        @PermitAll
        public void open() {}

        @Authenticated
        @QueryTokenAllowed
        public void user() {}

        @RolesAllowed({"auditor", "admin"})
        public void roles() {}

        public void undeclared() {}

        @PermitAll
        @Authenticated
        public void both() {}
    }

    private static Method method(String name) {
        return Arrays.stream(Endpoints.class.getMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsTheDeclaredClass() {
        assertThat(AccessRule.of(method("open")).describe()).isEqualTo("public");
        assertThat(AccessRule.of(method("user")).describe()).isEqualTo("user");
        assertThat(AccessRule.of(method("user")).queryToken()).isTrue();
        assertThat(AccessRule.of(method("roles")).describe()).isEqualTo("admin or auditor");
        assertThat(AccessRule.of(method("roles")).queryToken()).isFalse();
    }

    @Test
    void anEndpointThatDeclaresNoneOrTwoIsNamed() {
        assertThatThrownBy(() -> AccessRule.of(method("undeclared"))).hasMessageContaining("undeclared");
        assertThatThrownBy(() -> AccessRule.of(method("both"))).hasMessageContaining("both");
    }
}
