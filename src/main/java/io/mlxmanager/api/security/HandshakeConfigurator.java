package io.mlxmanager.api.security;

import io.mlxmanager.base.config.HttpConfig;
import io.mlxmanager.manage.identity.Caller;
import io.mlxmanager.manage.identity.TokenRefused;
import io.mlxmanager.manage.identity.TokenVerifier;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerEndpointConfig;
import java.util.Optional;

/**
 * The last check before a WebSocket is accepted: the caller once more, through the one verifier, and the origin, so that
 * no foreign page can open a socket with what a browser knows. Refusing here means 403 without a body; the mechanism and
 * the constraint in web.xml have said 401 before.
 *
 * <p>Made by the container, which injects nothing here. It must never throw: a failure in the middle of a handshake
 * leaves a connection neither open nor closed.
 */
public final class HandshakeConfigurator extends ServerEndpointConfig.Configurator {

    /** User property of the session that holds the {@link Caller}. */
    public static final String CALLER = "io.mlxmanager.caller";

    @Override
    public boolean checkOrigin(String origin) {
        HttpServletRequest request =
                CDI.current().select(HttpServletRequest.class).get();
        HttpConfig config = CDI.current().select(HttpConfig.class).get();
        return Origins.allow(origin, request.getHeader("Host"), config.allowedOrigins())
                && verify(request).isPresent();
    }

    @Override
    public void modifyHandshake(ServerEndpointConfig endpoint, HandshakeRequest handshake, HandshakeResponse response) {
        HttpServletRequest request =
                CDI.current().select(HttpServletRequest.class).get();
        Identification.caller(request)
                .ifPresent(caller -> endpoint.getUserProperties().put(CALLER, caller));
    }

    private static Optional<Caller> verify(HttpServletRequest request) {
        TokenVerifier verifier = CDI.current().select(TokenVerifier.class).get();
        return Identification.caller(request).flatMap(caller -> {
            try {
                verifier.recheck(caller);
                return Optional.of(caller);
            } catch (TokenRefused e) {
                return Optional.empty();
            }
        });
    }
}
