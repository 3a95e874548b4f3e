package io.mlxmanager.manage.identity;

import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Argon2id hash with everything needed to repeat it; its text is the PHC string form.
 *
 * @param hash all zero while it is being computed; its length is the length wanted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the arrays stay in this package
record Argon2Hash(int kibibytes, int iterations, int lanes, byte[] salt, byte[] hash) {

    private static final Pattern FORM = Pattern.compile("\\$argon2id\\$v=19\\$m=(\\d{1,7}),t=(\\d{1,3}),p=(\\d{1,2})"
            + "\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{16,86})");

    /** Empty when the text is of another form. */
    static Optional<Argon2Hash> parse(String phc) {
        Matcher matcher = FORM.matcher(phc);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Argon2Hash(
                Integer.parseInt(matcher.group(1)),
                Integer.parseInt(matcher.group(2)),
                Integer.parseInt(matcher.group(3)),
                Base64.getDecoder().decode(matcher.group(4)),
                Base64.getDecoder().decode(matcher.group(5))));
    }

    Argon2Hash withHash(byte[] computed) {
        return new Argon2Hash(kibibytes, iterations, lanes, salt, computed);
    }

    @Override
    public String toString() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + kibibytes + ",t=" + iterations + ",p=" + lanes + "$" + base64.encodeToString(salt)
                + "$" + base64.encodeToString(hash);
    }
}
