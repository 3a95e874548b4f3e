package io.mlxmanager.api;

import io.mlxmanager.api.audit.AuditLogSocket;
import io.mlxmanager.api.security.QueryTokenPaths;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Tells the security package which doors there are, so that it need not know them. */
@ApplicationScoped
public class Doors {

    /** Every WebSocket endpoint. */
    static final List<Class<?>> SOCKETS = List.of(AuditLogSocket.class);

    @Produces
    @Singleton
    QueryTokenPaths queryTokenPaths() {
        return QueryTokenPaths.of(new ApiApplication(), SOCKETS);
    }
}
