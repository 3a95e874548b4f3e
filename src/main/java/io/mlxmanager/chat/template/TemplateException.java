package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.PythonException;

/** A template that cannot be understood, or that failed or was stopped while rendering. */
public final class TemplateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int line;

    /** @param line of the template, from 1; 0 when it is not known */
    public TemplateException(String message, int line) {
        super(line > 0 ? "chat template, line " + line + ": " + message : "chat template: " + message);
        this.line = line;
    }

    /** As {@link #TemplateException(String, int)}, keeping the cause. */
    public TemplateException(String message, int line, Throwable cause) {
        this(message, line);
        initCause(cause);
    }

    /** The line of the template, from 1, or 0 when it is not known. */
    public int line() {
        return line;
    }

    /**
     * Whether the template itself refused the conversation, for example because roles do not alternate. Such a failure is
     * the caller's, all others are the model's.
     */
    public boolean isRefusal() {
        return getCause() instanceof PythonException raised && raised.isRefusal();
    }
}
