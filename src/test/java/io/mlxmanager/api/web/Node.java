package io.mlxmanager.api.web;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** The Node of this machine, for tests of the page's modules; the product needs none. */
final class Node {

    private Node() {}

    /** Empty where none is on the PATH. */
    static Optional<Path> path() {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator))
                .filter(each -> !each.isEmpty())
                .map(each -> Path.of(each, "node"))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
