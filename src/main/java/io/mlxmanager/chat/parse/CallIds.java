package io.mlxmanager.chat.parse;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.function.Supplier;

/** Ids for tool calls of formats that have none: {@code call_} and 24 random hexadecimal digits. Thread-safe. */
public final class CallIds implements Supplier<String> {

    private final SecureRandom random = new SecureRandom();

    @Override
    public String get() {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        return "call_" + HexFormat.of().formatHex(bytes);
    }
}
