package io.mlxmanager.chat.template.python;

import java.util.List;

/** A pair of what a group has in common and its items; its parts can be reached by name and by position. */
public record Group(Object grouper, List<Object> list) implements Members {

    @Override
    public Object member(String name) {
        return switch (name) {
            case "grouper" -> grouper;
            case "list" -> list;
            default -> null;
        };
    }

    @Override
    public String typeName() {
        return "_GroupTuple";
    }
}
