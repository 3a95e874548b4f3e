package io.mlxmanager.chat.template.python;

/** The value None. */
public enum None {
    NONE
}
