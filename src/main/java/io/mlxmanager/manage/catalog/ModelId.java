package io.mlxmanager.manage.catalog;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The two parts of a model's name, safe to use as names of folders. */
public record ModelId(String owner, String name) {

    /** What the hub allows in names; no part can climb out of its folder. */
    private static final Pattern FORM =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9._-]{0,95})/([A-Za-z0-9][A-Za-z0-9._-]{0,95})");

    /** The name in its two parts; empty for a text that is no name of a model. */
    public static Optional<ModelId> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches() || text.contains("..") || text.contains("--")) {
            return Optional.empty();
        }
        return Optional.of(new ModelId(matcher.group(1), matcher.group(2)));
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
