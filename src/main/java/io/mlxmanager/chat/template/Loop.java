package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Arguments;
import io.mlxmanager.chat.template.python.Budget;
import io.mlxmanager.chat.template.python.Callable;
import io.mlxmanager.chat.template.python.Members;
import io.mlxmanager.chat.template.python.Operators;
import io.mlxmanager.chat.template.python.PythonException;
import io.mlxmanager.chat.template.python.Sized;
import io.mlxmanager.chat.template.python.Tuple;
import io.mlxmanager.chat.template.python.Undefined;
import java.util.List;

/** The variable {@code loop} inside a loop. */
final class Loop implements Members, Sized, Callable {

    /** Renders the loop's body for the items of another value. */
    interface Recursion {
        String render(Object items, int depth);
    }

    private final List<Object> items;
    private final int depth;
    private final Recursion recursion;
    private final Operators operators;
    private int index;
    private Tuple lastChanged;

    /** @param recursion null when the loop is not marked as recursive */
    Loop(List<Object> items, int depth, Recursion recursion, Budget budget) {
        this.items = items;
        this.depth = depth;
        this.recursion = recursion;
        this.operators = new Operators(budget);
    }

    void moveTo(int newIndex) {
        index = newIndex;
    }

    @Override
    public int length() {
        return items.size();
    }

    @Override
    public Object member(String name) {
        long size = items.size();
        return switch (name) {
            case "index" -> index + 1L;
            case "index0" -> (long) index;
            case "revindex" -> size - index;
            case "revindex0" -> size - index - 1;
            case "first" -> index == 0;
            case "last" -> index == size - 1;
            case "length" -> size;
            case "depth" -> depth + 1L;
            case "depth0" -> (long) depth;
            case "previtem" -> index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
            case "nextitem" -> index < size - 1 ? items.get(index + 1) : new Undefined("there is no next item");
            case "cycle" -> (Callable) this::cycle;
            case "changed" -> (Callable) this::changed;
            default -> null;
        };
    }

    private Object cycle(Arguments arguments) {
        List<Object> values = arguments.positional();
        if (values.isEmpty()) {
            throw new PythonException("no items for cycling given");
        }
        return values.get(index % values.size());
    }

    private Object changed(Arguments arguments) {
        Tuple now = new Tuple(arguments.positional());
        boolean changed = lastChanged == null || !operators.isEqual(lastChanged, now);
        lastChanged = now;
        return changed;
    }

    @Override
    public Object call(Arguments arguments) {
        if (recursion == null) {
            throw new PythonException("The loop must have the 'recursive' marker to be called recursively.");
        }
        return recursion.render(arguments.bind("loop", 1, "iterable").find(0), depth + 1);
    }

    @Override
    public String typeName() {
        return "LoopContext";
    }
}
