package io.mlxmanager.protocol.openai;

import io.mlxmanager.chat.Part;
import io.mlxmanager.protocol.Fields;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** Reads a content part of type {@code image_url}. Nothing is fetched. Stateless and thread-safe. */
final class ImageReader {

    private static final Set<String> MEDIA_TYPES =
            Set.of("image/jpeg", "image/jpg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff");
    private static final int LONGEST_URL = 8192;

    Part.Image read(Fields part) {
        Fields image = part.fields("image_url").orElseThrow(() -> part.missing("image_url"));
        image.accept("detail");
        String url = image.requiredString("url");
        return new Part.Image(url.regionMatches(true, 0, "data:", 0, 5) ? inline(image, url) : remote(image, url));
    }

    private static Part.InlineImage inline(Fields image, String url) {
        int comma = url.indexOf(',');
        String head = comma < 0 ? "" : url.substring("data:".length(), comma).toLowerCase(Locale.ROOT);
        if (!head.endsWith(";base64")) {
            throw image.invalid("url", "must be a data URI of the form data:image/png;base64,… or an http(s) address.");
        }
        String mediaType = head.substring(0, head.indexOf(';'));
        if (!MEDIA_TYPES.contains(mediaType)) {
            throw image.unsupportedValue(
                    "url",
                    "media type \"" + mediaType.substring(0, Math.min(40, mediaType.length())) + "\"",
                    "jpeg, png, gif, webp, bmp, tiff");
        }
        String base64 = url.substring(comma + 1);
        checkBase64(image, base64);
        return new Part.InlineImage(mediaType, base64);
    }

    private static void checkBase64(Fields image, String base64) {
        try {
            if (Base64.getDecoder().decode(base64).length == 0) {
                throw image.invalid("url", "holds an empty picture.");
            }
        } catch (IllegalArgumentException broken) {
            throw image.invalid("url", "is not valid base64: " + broken.getMessage() + ".");
        }
    }

    private static Part.RemoteImage remote(Fields image, String url) {
        if (url.length() > LONGEST_URL) {
            throw image.invalid("url", "is longer than " + LONGEST_URL + " characters.");
        }
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
                throw image.invalid("url", "must be a data URI or an http(s) address with a host.");
            }
            return new Part.RemoteImage(uri);
        } catch (URISyntaxException broken) {
            throw image.invalid("url", "is not a valid address: " + broken.getReason() + ".");
        }
    }
}
