package io.mlxmanager.chat.template.python;

import java.util.Iterator;
import java.util.Objects;
import java.util.function.Supplier;

/** A sequence that can be walked through once: a generator or an iterator. Always true, has no length. */
public final class Lazy implements Iterator<Object> {

    private final String typeName;
    private final Supplier<Iterator<Object>> source;
    private Iterator<Object> items;

    /**
     * @param typeName what Python calls it, for example {@code generator}
     * @param source asked for the items when the first of them is wanted; what fails, fails only then
     */
    public Lazy(String typeName, Supplier<Iterator<Object>> source) {
        this.typeName = Objects.requireNonNull(typeName, "typeName");
        this.source = Objects.requireNonNull(source, "source");
    }

    String typeName() {
        return typeName;
    }

    @Override
    public boolean hasNext() {
        return items().hasNext();
    }

    @Override
    public Object next() {
        return items().next();
    }

    private Iterator<Object> items() {
        if (items == null) {
            items = source.get();
        }
        return items;
    }
}
