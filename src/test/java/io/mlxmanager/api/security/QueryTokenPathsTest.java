package io.mlxmanager.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueryTokenPathsTest {

    @ApplicationPath("/api")
    private static final class Doors extends Application {
        @Override
        public Set<Class<?>> getClasses() {
            return Set.of(Downloads.class);
        }
    }

    @Path("models/")
    @SuppressWarnings("unused") // read by reflection
    private static final class Downloads {
        @GET
        @Path("/download/{id}/progress")
        @QueryTokenAllowed
        public void progress() {}

        @GET
        @Path("files/{name: .+}/raw")
        @QueryTokenAllowed
        public void raw() {}

        @POST
        @Path("probe")
        public void probe() {}
    }

    @ServerEndpoint("/api/ws/logs")
    @QueryTokenAllowed
    private static final class Logs {}

    @ServerEndpoint("/api/ws/other")
    private static final class Other {}

    private final QueryTokenPaths paths = QueryTokenPaths.of(new Doors(), List.of(Logs.class, Other.class));

    @ParameterizedTest
    @CsvSource({
        "GET, /api/models/download/7/progress, true",
        "GET, /api/models/download/7/progress/, true",
        "GET, /api/models/files/org/name/raw, true",
        "GET, /api/ws/logs, true",
        "POST, /api/models/download/7/progress, false",
        "GET, /api/models/download/7/8/progress, false",
        "GET, /api/models/download/7/progress/x, false",
        "GET, /x/api/models/download/7/progress, false",
        "POST, /api/models/probe, false",
        "GET, /api/ws/other, false",
        "GET, /api/auth/me, false",
    })
    void onlyAnnotatedEndpointsReadTheQuery(String method, String path, boolean allowed) {
        assertThat(paths.allow(method, path)).isEqualTo(allowed);
    }
}
