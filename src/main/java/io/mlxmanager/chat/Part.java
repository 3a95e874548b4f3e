package io.mlxmanager.chat;

import java.net.URI;
import java.util.Objects;

/** One piece of a message's content, in the order the speaker gave it. */
public sealed interface Part permits Part.Text, Part.Image {

    /** Plain text, possibly empty. */
    record Text(String text) implements Part {
        public Text {
            Objects.requireNonNull(text, "text");
        }
    }

    /** A picture. Nothing is fetched or decoded here. */
    record Image(ImageSource source) implements Part {
        public Image {
            Objects.requireNonNull(source, "source");
        }
    }

    /** Where the bytes of a picture are. */
    sealed interface ImageSource permits InlineImage, RemoteImage {}

    /**
     * The picture travels with the message.
     *
     * @param mediaType for example {@code image/png}
     * @param base64 the bytes in standard base64, without line breaks; kept encoded because most paths only pass it on
     */
    record InlineImage(String mediaType, String base64) implements ImageSource {
        public InlineImage {
            Objects.requireNonNull(mediaType, "mediaType");
            Objects.requireNonNull(base64, "base64");
        }

        /** Sizes only: a picture in a log line helps nobody. */
        @Override
        public String toString() {
            return "InlineImage[mediaType=" + mediaType + ", base64=" + base64.length() + " chars]";
        }
    }

    /** The picture has to be fetched by whoever is allowed to; the scheme and host are unchecked. */
    record RemoteImage(URI url) implements ImageSource {
        public RemoteImage {
            Objects.requireNonNull(url, "url");
        }
    }
}
