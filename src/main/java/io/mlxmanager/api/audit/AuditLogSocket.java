package io.mlxmanager.api.audit;

import io.mlxmanager.api.security.HandshakeConfigurator;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.manage.audit.AuditFilter;
import io.mlxmanager.manage.identity.Caller;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.websocket.CloseReason;
import jakarta.websocket.CloseReason.CloseCodes;
import jakarta.websocket.OnClose;
import jakarta.websocket.OnError;
import jakarta.websocket.OnMessage;
import jakarta.websocket.OnOpen;
import jakarta.websocket.Session;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The audit log, live. Who connects was verified before the upgrade; filters are the query parameters of {@link
 * AuditRequest}. What clients send is ignored.
 */
@ServerEndpoint(value = "/api/system/ws/audit-logs", configurator = HandshakeConfigurator.class)
@QueryTokenAllowed
@Dependent
public final class AuditLogSocket {

    private static final Logger LOG = Logger.getLogger(AuditLogSocket.class.getName());
    private static final int MAX_CLIENT_MESSAGE = 4096;

    /** Into the field, because the container demands a constructor without parameters. */
    @Inject
    private AuditFeed feed;

    @OnOpen
    public void open(Session session) throws IOException {
        session.setMaxTextMessageBufferSize(MAX_CLIENT_MESSAGE);
        if (!(session.getUserProperties().get(HandshakeConfigurator.CALLER) instanceof Caller caller)) {
            session.close(new CloseReason(CloseCodes.VIOLATED_POLICY, "Not authenticated"));
            return;
        }
        try {
            feed.subscribe(session, caller, filter(session, caller));
        } catch (InvalidInput e) {
            session.close(new CloseReason(CloseCodes.CANNOT_ACCEPT, e.detail()));
        }
    }

    @OnMessage
    public void message(String text) {
        // The channel has one direction; reading keeps the connection's state machine going.
    }

    @OnClose
    public void close(Session session) {
        feed.unsubscribe(session);
    }

    @OnError
    public void error(Session session, Throwable failure) {
        LOG.log(Level.FINE, "A live audit reader failed", failure);
        feed.unsubscribe(session);
    }

    private static AuditFilter filter(Session session, Caller caller) {
        MultivaluedHashMap<String, String> parameters = new MultivaluedHashMap<>();
        parameters.putAll(session.getRequestParameterMap());
        return AuditRequest.filter(parameters, caller);
    }
}
