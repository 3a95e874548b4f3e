package io.mlxmanager.base.persist;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;

/**
 * The scripts of this release, by the list that lies beside them in {@code scripts.txt}. Flyway's own search cannot list
 * the folders of a packaged application on this server, and does not find what it listed when the server's path has a
 * space in it.
 */
final class MigrationScripts implements ResourceProvider {

    private static final String ROOT = "/META-INF/db/";
    private static final String LIST = "scripts.txt";

    private final List<LoadableResource> scripts = new ArrayList<>();

    /** @param folders below {@code META-INF/db} */
    MigrationScripts(String... folders) {
        for (String folder : folders) {
            text(folder + "/" + LIST)
                    .lines()
                    .filter(name -> !name.isBlank())
                    .forEach(name -> scripts.add(new Script(name, text(folder + "/" + name))));
        }
        if (scripts.isEmpty()) {
            throw new SchemaException("no schema migrations were found in the application; its package is broken");
        }
    }

    @Override
    public LoadableResource getResource(String name) {
        return scripts.stream()
                .filter(script -> script.getRelativePath().equals(name))
                .findFirst()
                .orElse(null);
    }

    @Override
    public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
        return scripts.stream()
                .filter(script -> script.getFilename().startsWith(prefix)
                        && Arrays.stream(suffixes).anyMatch(script.getFilename()::endsWith))
                .toList();
    }

    private static String text(String name) {
        try (InputStream in = MigrationScripts.class.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                throw new SchemaException(ROOT + name + " is missing from the application; its package is broken");
            }
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                StringBuilder text = new StringBuilder();
                reader.lines().forEach(line -> text.append(line).append('\n'));
                return text.toString();
            }
        } catch (IOException e) {
            throw new SchemaException(ROOT + name + " cannot be read", e);
        }
    }

    private static final class Script extends LoadableResource {
        private final String name;
        private final String text;

        Script(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public Reader read() {
            return new StringReader(text);
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Script script && script.name.equals(name) && script.text.equals(text);
        }

        @Override
        public int hashCode() {
            return name.hashCode();
        }
    }
}
