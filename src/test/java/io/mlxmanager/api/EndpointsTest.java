package io.mlxmanager.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.mlxmanager.api.openai.OpenAiApplication;
import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.security.AccessRule;
import io.mlxmanager.api.security.GuardFeature;
import io.mlxmanager.api.security.QueryTokenAllowed;
import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every door, whichever feature it belongs to. */
class EndpointsTest {

    private static final java.nio.file.Path DOCUMENT = java.nio.file.Path.of("docs/SECURITY.md");
    private static final String BEGIN = "<!-- endpoints -->\n";
    private static final String END = "<!-- /endpoints -->";

    static List<Application> applications() {
        return List.of(new ApiApplication(), new OpenAiApplication());
    }

    static Stream<Method> endpoints() {
        return applications().stream().flatMap(EndpointsTest::endpoints);
    }

    private static Stream<Method> endpoints(Application application) {
        return application.getClasses().stream()
                .filter(type -> type.isAnnotationPresent(Path.class))
                .flatMap(type -> Arrays.stream(type.getMethods()))
                .filter(method -> verb(method).isPresent());
    }

    private static Optional<String> verb(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .findFirst();
    }

    @ParameterizedTest
    @MethodSource("applications")
    void everyApplicationIsGuardedAndMapsItsErrors(Application application) {
        assertThat(application.getClasses()).contains(GuardFeature.class, ProblemMapper.class);
    }

    @ParameterizedTest
    @MethodSource("endpoints")
    void everyEndpointDeclaresWhoMayCallIt(Method endpoint) {
        assertThatCode(() -> AccessRule.of(endpoint)).doesNotThrowAnyException();
    }

    /** Run with {@code -Dgolden.update=true} to write the table after an endpoint was added. */
    @Test
    void theTableInTheDocumentIsTheOneOfTheAnnotations() throws IOException {
        String document = Files.readString(DOCUMENT);
        String before = document.substring(0, document.indexOf(BEGIN) + BEGIN.length());
        String after = document.substring(document.indexOf(END));
        String expected = before + table() + after;
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, expected);
        }

        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    private static String table() {
        List<String> rows = new ArrayList<>();
        for (Application application : applications()) {
            String base =
                    application.getClass().getAnnotation(ApplicationPath.class).value();
            endpoints(application).forEach(endpoint -> rows.add(row(base, endpoint)));
        }
        for (Class<?> socket : Doors.SOCKETS) {
            String path = socket.getAnnotation(ServerEndpoint.class).value();
            rows.add("| `" + path + "` | WebSocket | user | " + query(socket) + " |\n");
        }
        rows.sort(null);
        return "\n| path | method | who | `?token=` |\n|---|---|---|---|\n" + String.join("", rows) + "\n";
    }

    private static String row(String base, Method endpoint) {
        String path = Stream.of(base, path(endpoint.getDeclaringClass()), path(endpoint))
                .map(part -> part.replaceAll("^/+|/+$", ""))
                .filter(part -> !part.isEmpty())
                .reduce("", (left, right) -> left + "/" + right);
        return "| `" + path + "` | " + verb(endpoint).orElseThrow() + " | "
                + AccessRule.of(endpoint).describe() + " | " + query(endpoint) + " |\n";
    }

    private static String path(AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }

    private static String query(AnnotatedElement element) {
        return element.isAnnotationPresent(QueryTokenAllowed.class) ? "yes" : "";
    }
}
