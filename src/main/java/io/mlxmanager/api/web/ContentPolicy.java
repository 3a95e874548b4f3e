package io.mlxmanager.api.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Content-Security-Policy of the page: files of this server alone, no inline script but the import map, whose hash
 * it names, no plain strings where a browser knows Trusted Types. Pure.
 */
final class ContentPolicy {
    /** For everything that is no page: it may not even be looked at inside another one. */
    static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

    private static final Pattern IMPORT_MAP =
            Pattern.compile("<script type=\"importmap\">(.*?)</script>", Pattern.DOTALL);

    private ContentPolicy() {}

    /**
     * The policy for one page.
     *
     * @throws IllegalArgumentException if the page has no import map, or several
     */
    static String of(String html) {
        return String.join(
                "; ",
                "default-src 'none'",
                "script-src 'self' 'sha256-" + sha256(importMap(html)) + "'",
                "style-src 'self'",
                "img-src 'self' data:",
                "font-src 'self'",
                "connect-src 'self'",
                "base-uri 'self'",
                "form-action 'none'",
                "frame-ancestors 'none'",
                "require-trusted-types-for 'script'",
                "trusted-types lit-html dompurify");
    }

    /** The text inside the page's import map, as the browser hashes it: every space counts. */
    static String importMap(String html) {
        // A browser hashes what its parser made of the file, and the parser makes line feeds of all line ends.
        Matcher matcher = IMPORT_MAP.matcher(html.replace("\r\n", "\n"));
        if (!matcher.find()) {
            throw new IllegalArgumentException("index.html: no <script type=\"importmap\">");
        }
        String map = matcher.group(1);
        if (matcher.find()) {
            throw new IllegalArgumentException("index.html: more than one import map");
        }
        return map;
    }

    private static String sha256(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
