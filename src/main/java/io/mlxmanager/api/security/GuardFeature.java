package io.mlxmanager.api.security;

import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.DynamicFeature;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.FeatureContext;
import jakarta.ws.rs.ext.Provider;

/** Puts a guard in front of every resource method; one without a declared rule keeps the application from starting. */
@Provider
public final class GuardFeature implements DynamicFeature {

    @Override
    public void configure(ResourceInfo resource, FeatureContext context) {
        context.register(new AccessGuard(AccessRule.of(resource.getResourceMethod())), Priorities.AUTHENTICATION);
    }
}
