package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.Members;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Types;
import java.util.HashMap;
import java.util.Map;

/** The one kind of value that a template can change: it carries variables out of a loop. */
final class Namespace implements Members {

    private final Map<String, Object> attributes = new HashMap<>();

    /** {@code namespace(mapping, name=value, …)}. */
    static Namespace create(Arguments arguments) {
        Namespace namespace = new Namespace();
        if (arguments.positional().size() > 1) {
            throw new PythonException("namespace() takes at most 1 argument");
        }
        for (Object mapping : arguments.positional()) {
            if (!(mapping instanceof Dict dict)) {
                throw new PythonException("namespace() needs a mapping, not " + Types.name(mapping));
            }
            dict.keys().forEach(key -> namespace.set(Types.requireText(key), dict.find(key)));
        }
        arguments.named().forEach(namespace::set);
        return namespace;
    }

    void set(String name, Object value) {
        attributes.put(name, value);
    }

    @Override
    public Object member(String name) {
        return attributes.get(name);
    }

    @Override
    public String typeName() {
        return "Namespace";
    }
}
