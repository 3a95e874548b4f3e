package io.mlxmanager.chat.template.python;

/** An operation that Python would refuse, or that would cost more than a template may. */
public final class PythonException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean refusal;

    /** @param message in Python's words where it has words for it */
    public PythonException(String message) {
        this(message, false);
    }

    private PythonException(String message, boolean refusal) {
        super(message, null, false, false);
        this.refusal = refusal;
    }

    /** What a template raises itself, because it cannot render this conversation. */
    public static PythonException refusal(String message) {
        return new PythonException(message, true);
    }

    /** Whether the template raised it itself. */
    public boolean isRefusal() {
        return refusal;
    }
}
