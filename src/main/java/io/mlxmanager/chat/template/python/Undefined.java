package io.mlxmanager.chat.template.python;

/**
 * The value of a name or attribute that does not exist. Prints as nothing, is empty and false; every other use fails with
 * the problem it carries.
 *
 * @param problem what to say when it is used, for example {@code 'x' is undefined}
 */
public record Undefined(String problem) {

    /** The failure of using this value. */
    public PythonException failure() {
        return new PythonException(problem);
    }

    /** For a variable. */
    public static Undefined variable(String name) {
        return new Undefined("'" + name + "' is undefined");
    }

    /** For an attribute or item of a value. */
    public static Undefined member(Object owner, Object name) {
        if (owner == None.NONE) {
            return new Undefined("None has no element " + name);
        }
        if (name instanceof String) {
            return new Undefined("'" + Types.name(owner) + " object' has no attribute '" + name + "'");
        }
        return new Undefined(Types.name(owner) + " object has no element " + name);
    }

    /** For a member that exists in Python but is out of bounds for a template. */
    public static Undefined unsafe(Object owner, String name) {
        return new Undefined("access to attribute '" + name + "' of '" + Types.name(owner) + "' object is unsafe.");
    }
}
