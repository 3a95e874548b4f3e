package io.mlxmanager.chat.template.python;

/** A value outside the built-in types that has a length. */
public interface Sized {

    int length();
}
