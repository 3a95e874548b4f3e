package io.mlxmanager.chat.template.python;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * What a function is called with.
 *
 * @param named in the order of the call
 */
public record Arguments(List<Object> positional, Map<String, Object> named) {

    public static final Arguments NONE = new Arguments(List.of(), Map.of());

    /**
     * The arguments by parameter.
     *
     * @param function for messages
     * @param required how many of the parameters must be given
     * @throws PythonException when there are too many, too few or unknown ones
     */
    public Bound bind(String function, int required, String... parameters) {
        if (positional.size() > parameters.length) {
            throw new PythonException(function + "() takes at most " + parameters.length + " arguments ("
                    + positional.size() + " given)");
        }
        Object[] values = new Object[parameters.length];
        for (int i = 0; i < positional.size(); i++) {
            values[i] = positional.get(i);
        }
        for (Map.Entry<String, Object> argument : named.entrySet()) {
            int index = Arrays.asList(parameters).indexOf(argument.getKey());
            if (index < 0) {
                throw new PythonException(
                        function + "() got an unexpected keyword argument '" + argument.getKey() + "'");
            }
            if (values[index] != null) {
                throw new PythonException(function + "() got multiple values for argument '" + argument.getKey() + "'");
            }
            values[index] = argument.getValue();
        }
        for (int i = 0; i < required; i++) {
            if (values[i] == null) {
                throw new PythonException(function + "() missing required argument: '" + parameters[i] + "'");
            }
        }
        return new Bound(values);
    }

    /** Arguments in the order of the parameters. */
    public static final class Bound {

        private final Object[] values;

        private Bound(Object[] values) {
            this.values = values;
        }

        /** The argument, or null when it was not given. */
        public Object find(int index) {
            return values[index];
        }

        public boolean has(int index) {
            return values[index] != null;
        }

        public Object orElse(int index, Object otherwise) {
            return values[index] == null ? otherwise : values[index];
        }

        /** Whether the argument was given and is not None. */
        public boolean isSaid(int index) {
            return values[index] != null && values[index] != None.NONE;
        }

        public long integer(int index, long otherwise) {
            return values[index] == null ? otherwise : Numbers.index(values[index]);
        }

        public boolean truth(int index, boolean otherwise) {
            return values[index] == null ? otherwise : Types.truth(values[index]);
        }

        /** The argument as text, which it must be. */
        public String text(int index, String otherwise) {
            return values[index] == null ? otherwise : Types.requireText(values[index]);
        }
    }
}
