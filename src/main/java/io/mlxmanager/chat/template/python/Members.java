package io.mlxmanager.chat.template.python;

/** A value that brings its own attributes, for example a loop or a namespace. */
public interface Members {

    /** The attribute, or null when there is none of this name. */
    Object member(String name);

    /** What Python calls its type. */
    String typeName();
}
