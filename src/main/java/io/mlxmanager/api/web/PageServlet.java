package io.mlxmanager.api.web;

import jakarta.json.Json;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Answers whatever no API answers: the page in its two entries, its files, and a plain 404. An address that only the
 * page's own code knows gets the entry it lies under. Stateless but for the kept files; safe for use by many threads.
 */
@WebServlet(name = "page", urlPatterns = "/", loadOnStartup = 1)
public final class PageServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String ROOT_BASE = "<base href=\"/\" />";

    private transient Assets assets;
    private transient Editions editions;

    @Override
    public void init() {
        String root = getServletContext().getContextPath() + "/";
        editions = new Editions(getServletContext(), html -> html.replace(ROOT_BASE, "<base href=\"" + root + "\" />"));
        assets = new Assets(getServletContext(), editions.areFinal());
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        boolean head = request.getMethod().equals("HEAD");
        if (!head && !request.getMethod().equals("GET")) {
            response.setHeader("Allow", "GET, HEAD");
            problem(
                    response,
                    HttpServletResponse.SC_METHOD_NOT_ALLOWED,
                    "Method Not Allowed",
                    "This address only answers GET.");
            return;
        }
        String path = path(request);
        boolean page = PathRule.isPage(path);
        Optional<Asset> found = page ? entry(path) : file(path);
        if (found.isEmpty() && PathRule.isPlaceInPage(path, request.getHeader("Accept"))) {
            page = true;
            found = entry(path);
        }
        if (found.isEmpty()) {
            problem(response, HttpServletResponse.SC_NOT_FOUND, "Not Found", "There is nothing at this address.");
            return;
        }
        if (page) {
            String html = new String(found.get().content(), StandardCharsets.UTF_8);
            response.setHeader("Content-Security-Policy", ContentPolicy.of(html));
        }
        send(
                request,
                response,
                found.get(),
                PathRule.isVersioned(path) || editions.last().holds(path),
                head);
    }

    private Optional<Asset> entry(String path) {
        return Optional.ofNullable(editions.present().pages().get(PathRule.entry(path)));
    }

    private Optional<Asset> file(String path) throws IOException {
        String file = Edition.file(path).orElse(path);
        Asset made = editions.last().made().get(file);
        if (made != null) {
            return Optional.of(made);
        }
        return PathRule.mayBeFile(file) ? assets.find(file) : Optional.empty();
    }

    private static String path(HttpServletRequest request) {
        String info = request.getPathInfo();
        return info == null ? request.getServletPath() : request.getServletPath() + info;
    }

    private static void send(
            HttpServletRequest request, HttpServletResponse response, Asset asset, boolean versioned, boolean head)
            throws IOException {
        boolean gzip = asset.compressed().isPresent() && accepts(request.getHeader("Accept-Encoding"));
        response.setHeader("Cache-Control", versioned ? "public, max-age=31536000, immutable" : "no-cache");
        response.setHeader("ETag", asset.tag(gzip));
        response.setHeader("Vary", "Accept-Encoding");
        if (asset.matches(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
            return;
        }
        byte[] body = gzip ? asset.compressed().get() : asset.content();
        if (gzip) {
            response.setHeader("Content-Encoding", "gzip");
        }
        response.setContentType(asset.type());
        response.setContentLength(body.length);
        if (!head) {
            response.getOutputStream().write(body);
        }
    }

    /** Whether the header, which may be null, takes gzip; a weight of zero is a no. */
    static boolean accepts(String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        for (String each : acceptEncoding.split(",")) {
            String coding = each.strip();
            if (coding.equals("gzip") || coding.startsWith("gzip;")) {
                return !coding.matches("gzip\\s*;\\s*q=0(\\.0*)?");
            }
        }
        return false;
    }

    private static void problem(HttpServletResponse response, int status, String title, String detail)
            throws IOException {
        byte[] body = Json.createObjectBuilder()
                .add("type", "about:blank")
                .add("title", title)
                .add("status", status)
                .add("detail", detail)
                .build()
                .toString()
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
