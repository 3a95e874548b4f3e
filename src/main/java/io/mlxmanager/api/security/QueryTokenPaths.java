package io.mlxmanager.api.security;

import jakarta.websocket.server.ServerEndpoint;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Application;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The paths on which {@code ?token=} is looked at, derived from the annotations: the caller must be known before JAX-RS
 * has found the method that bears {@link QueryTokenAllowed}. The guard then asks the annotation itself, so a path that
 * matches too much still opens nothing.
 */
public final class QueryTokenPaths {

    private final List<Entry> entries;

    private record Entry(String method, Pattern path) {}

    private QueryTokenPaths(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /** Those of the resources of an application and of WebSocket endpoints. */
    public static QueryTokenPaths of(Application application, List<Class<?>> sockets) {
        String base =
                application.getClass().getAnnotation(ApplicationPath.class).value();
        List<Entry> entries = new ArrayList<>();
        for (Class<?> resource : application.getClasses()) {
            for (Method method : resource.getMethods()) {
                if (method.isAnnotationPresent(QueryTokenAllowed.class)) {
                    httpMethod(method)
                            .ifPresent(
                                    verb -> entries.add(new Entry(verb, pattern(base, path(resource), path(method)))));
                }
            }
        }
        for (Class<?> socket : sockets) {
            if (socket.isAnnotationPresent(QueryTokenAllowed.class)) {
                entries.add(new Entry(
                        "GET",
                        pattern(socket.getAnnotation(ServerEndpoint.class).value())));
            }
        }
        return new QueryTokenPaths(entries);
    }

    /** @param path within the application, decoded, without the query */
    public boolean allow(String method, String path) {
        return entries.stream()
                .anyMatch(entry -> entry.method().equals(method)
                        && entry.path().matcher(path).matches());
    }

    private static Optional<String> httpMethod(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(Annotation::annotationType)
                .map(type -> type.getAnnotation(HttpMethod.class))
                .filter(verb -> verb != null)
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String path(java.lang.reflect.AnnotatedElement element) {
        Path path = element.getAnnotation(Path.class);
        return path == null ? "" : path.value();
    }

    private static Pattern pattern(String... parts) {
        String template = Arrays.stream(parts)
                .flatMap(part -> Arrays.stream(part.split("/", -1)))
                .filter(segment -> !segment.isEmpty())
                .collect(Collectors.joining("/", "/", ""));
        StringBuilder regex = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            int open = template.indexOf('{', at);
            int literalEnd = open < 0 ? template.length() : open;
            regex.append(Pattern.quote(template.substring(at, literalEnd)));
            if (open < 0) {
                break;
            }
            int close = template.indexOf('}', open);
            int colon = template.indexOf(':', open);
            boolean ownPattern = colon > 0 && colon < close;
            regex.append(
                    ownPattern ? "(?:" + template.substring(colon + 1, close).strip() + ")" : "[^/]+");
            at = close + 1;
        }
        return Pattern.compile(regex + "/?");
    }
}
