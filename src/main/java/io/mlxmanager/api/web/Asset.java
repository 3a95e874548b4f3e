package io.mlxmanager.api.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * A file of the page, ready to be sent: as it is, compressed where that helps, and with a tag made of its content.
 * Immutable; the arrays are shared, not copied, and never written.
 */
final class Asset {
    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html;charset=UTF-8"),
            Map.entry("js", "text/javascript;charset=UTF-8"),
            Map.entry("mjs", "text/javascript;charset=UTF-8"),
            Map.entry("css", "text/css;charset=UTF-8"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("json", "application/json"),
            Map.entry("map", "application/json"),
            Map.entry("webmanifest", "application/manifest+json"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain;charset=UTF-8"));
    private static final int WORTH_COMPRESSING = 512;

    private final byte[] content;
    private final byte[] compressed;
    private final String type;
    private final String tag;

    private Asset(byte[] content, String type) {
        this.content = content;
        this.type = type;
        this.compressed = compressed(content, type);
        this.tag = tag(content);
    }

    /** Takes over the array. The type is told by the path's ending; a file of an unknown one is offered as a download. */
    static Asset of(String path, byte[] content) {
        String ending = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return new Asset(content, TYPES.getOrDefault(ending, "application/octet-stream"));
    }

    String type() {
        return type;
    }

    byte[] content() {
        return content;
    }

    /** The gzip form; empty when it would not be smaller. */
    Optional<byte[]> compressed() {
        return Optional.ofNullable(compressed);
    }

    /** The entity tag, in quotes; the two forms have different ones, as RFC 9110 wants it. */
    String tag(boolean gzip) {
        return gzip ? '"' + tag + "-gzip\"" : '"' + tag + '"';
    }

    /** Whether one of the tags in an If-None-Match header, which may be null, is one of ours. */
    boolean matches(String ifNoneMatch) {
        if (ifNoneMatch == null) {
            return false;
        }
        for (String each : ifNoneMatch.split(",")) {
            String wanted = each.strip();
            String opaque = wanted.startsWith("W/") ? wanted.substring(2) : wanted;
            if (opaque.equals("*") || opaque.equals(tag(false)) || opaque.equals(tag(true))) {
                return true;
            }
        }
        return false;
    }

    private static byte[] compressed(byte[] content, String type) {
        boolean text = type.startsWith("text/") || type.contains("json") || type.contains("svg");
        if (!text || content.length < WORTH_COMPRESSING) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 2);
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException("Memory does not fail to be written", e);
        }
        return bytes.size() < content.length ? bytes.toByteArray() : null;
    }

    private static String tag(byte[] content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
