package io.mlxmanager.chat.template.python;

/** A value that can be called from a template. */
@FunctionalInterface
public interface Callable {

    Object call(Arguments arguments);
}
