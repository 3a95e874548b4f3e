package io.mlxmanager.serve.start;

import java.util.logging.Level;

/** A level between information and warning, which the server shows on its console. */
final class ConsoleLevel extends Level {

    private static final long serialVersionUID = 1L;

    /** The number that the server's own level AUDIT has. */
    static final Level NOTICE = new ConsoleLevel("AUDIT", 850);

    private ConsoleLevel(String name, int value) {
        super(name, value);
    }
}
