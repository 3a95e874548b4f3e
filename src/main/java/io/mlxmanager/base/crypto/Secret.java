package io.mlxmanager.base.crypto;

import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A text that must not appear in logs, messages or views. Compared in constant time. */
public record Secret(String value) {

    public Secret {
        Objects.requireNonNull(value, "value");
    }

    /** Its UTF-8 bytes, a fresh array. */
    public byte[] bytes() {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && Digests.equal(bytes(), secret.bytes());
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "Secret[…]";
    }
}
