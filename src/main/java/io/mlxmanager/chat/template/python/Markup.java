package io.mlxmanager.chat.template.python;

import java.util.Objects;

/** Text marked as safe HTML: what is added to it is escaped. Otherwise a text like any other. */
public record Markup(String text) {

    public Markup {
        Objects.requireNonNull(text, "text");
    }

    /** The text with the five characters that mean something in HTML replaced. */
    public static Markup escape(String text) {
        return new Markup(text.replace("&", "&amp;")
                .replace(">", "&gt;")
                .replace("<", "&lt;")
                .replace("'", "&#39;")
                .replace("\"", "&#34;"));
    }
}
