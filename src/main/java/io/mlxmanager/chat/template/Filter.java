package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;

/** What stands behind a {@code |}. */
@FunctionalInterface
interface Filter {

    Object apply(Object value, Arguments arguments, Rendering rendering);
}
