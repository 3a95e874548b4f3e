package io.mlxmanager.serve.start;

import jakarta.servlet.ServletContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Reads every class of the application while its archive is surely there. An administrator replaces an application by taking
 * its archive away, and only then does the server stop it: whatever the end needed for the first time could not be read any
 * more, and models, sockets and audit rows would be left as they are. Which classes an end needs nobody can keep in a list.
 * Stateless.
 */
final class ApplicationClasses {

    private static final Logger LOG = Logger.getLogger(ApplicationClasses.class.getName());

    private static final String ROOT = "/WEB-INF/classes/";
    private static final String SUFFIX = ".class";

    private ApplicationClasses() {}

    /** @return how many there are; one that cannot be read is told of in the log and left to whoever needs it */
    static int read(ServletContext application) {
        ClassLoader loader = ApplicationClasses.class.getClassLoader();
        Deque<String> folders = new ArrayDeque<>();
        folders.add(ROOT);
        int read = 0;
        while (!folders.isEmpty()) {
            Set<String> paths = application.getResourcePaths(folders.remove());
            for (String path : paths == null ? Set.<String>of() : paths) {
                if (path.endsWith("/")) {
                    folders.add(path);
                } else if (path.endsWith(SUFFIX)) {
                    read += read(path, loader) ? 1 : 0;
                }
            }
        }
        return read;
    }

    private static boolean read(String path, ClassLoader loader) {
        String name =
                path.substring(ROOT.length(), path.length() - SUFFIX.length()).replace('/', '.');
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            LOG.log(Level.FINE, "A class cannot be read ahead", e);
            return false;
        }
    }
}
