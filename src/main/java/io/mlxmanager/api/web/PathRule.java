package io.mlxmanager.api.web;

import java.util.List;
import java.util.Locale;

/**
 * Which paths are files of the page, which are addresses inside it, and which are nothing. Pure; paths are decoded and
 * begin with a slash.
 */
final class PathRule {
    /** Never the page, even for a browser that asks for HTML: a wrong address must look wrong to a client. */
    private static final List<String> NOT_THE_PAGE = List.of(
            "/api",
            "/v1",
            "/health",
            "/metrics",
            "/openapi",
            "/jwt",
            "/ibm",
            "/_static",
            "/_page",
            "/app",
            "/styles",
            "/vendor");

    private static final String ADMIN = "/admin";

    private PathRule() {}

    /** Whether the path may name a file at all; refuses descriptors, parents and whatever a file name cannot be. */
    static boolean mayBeFile(String path) {
        if (!path.startsWith("/") || path.endsWith("/") || path.contains("//")) {
            return false;
        }
        if (path.chars().anyMatch(each -> each < ' ' || each == '\\' || each == ':')) {
            return false;
        }
        for (String segment : path.substring(1).split("/")) {
            String name = segment.toLowerCase(Locale.ROOT);
            if (name.startsWith(".") || name.equals("web-inf") || name.equals("meta-inf")) {
                return false;
            }
        }
        return true;
    }

    /** Whether the path names one of the two pages itself. */
    static boolean isPage(String path) {
        return path.isEmpty() || path.equals("/") || path.equals("/admin/") || path.equals(entry(path));
    }

    /** The file of the page that answers for an address: the administration has an entry of its own. */
    static String entry(String path) {
        return path.equals(ADMIN) || path.startsWith(ADMIN + "/") ? "/admin/index.html" : "/index.html";
    }

    /**
     * Whether a path that is no file is an address inside the page, which the page's own code will understand.
     *
     * @param accept the request's Accept header, may be null
     */
    static boolean isPlaceInPage(String path, String accept) {
        if (accept == null || !accept.contains("text/html")) {
            return false;
        }
        String name = path.substring(path.lastIndexOf('/') + 1);
        return !name.contains(".")
                && NOT_THE_PAGE.stream().noneMatch(each -> path.equals(each) || path.startsWith(each + "/"));
    }

    /** Whether the file's content can never change under its path, because its version stands in it. */
    static boolean isVersioned(String path) {
        return path.startsWith("/_static/") || path.startsWith("/vendor/");
    }
}
