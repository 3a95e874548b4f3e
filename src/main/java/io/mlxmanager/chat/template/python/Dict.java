package io.mlxmanager.chat.template.python;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A dictionary in the order of insertion. Keys that are equal in Python (1, 1.0 and True) are one key. Filled by whoever
 * makes it and not changed afterwards.
 */
public final class Dict {

    private record Entry(Object key, Object value) {}

    private final Map<Object, Entry> entries = new LinkedHashMap<>();

    /** Adds or replaces; a replaced entry keeps its place and its first key. */
    public void put(Object key, Object value) {
        Object hashed = hashed(key);
        Entry old = entries.get(hashed);
        entries.put(hashed, new Entry(old == null ? key : old.key(), value));
    }

    /** The value, or null when there is no such key. */
    public Object find(Object key) {
        Entry entry = entries.get(hashed(key));
        return entry == null ? null : entry.value();
    }

    public boolean has(Object key) {
        return entries.containsKey(hashed(key));
    }

    public int size() {
        return entries.size();
    }

    public List<Object> keys() {
        List<Object> keys = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> keys.add(entry.key()));
        return keys;
    }

    public List<Object> values() {
        List<Object> values = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> values.add(entry.value()));
        return values;
    }

    /** Pairs as {@link Tuple}s. */
    public List<Object> items() {
        List<Object> items = new ArrayList<>(entries.size());
        entries.values().forEach(entry -> items.add(Tuple.of(entry.key(), entry.value())));
        return items;
    }

    /** Whether Python could use the value as a key. */
    static boolean isHashable(Object key) {
        if (key instanceof Tuple tuple) {
            return tuple.items().stream().allMatch(Dict::isHashable);
        }
        return !(key instanceof List || key instanceof Dict);
    }

    /** One representative for all keys that are equal in Python. */
    static Object hashed(Object key) {
        if (key instanceof String) {
            return key;
        }
        if (key instanceof Markup markup) {
            return markup.text();
        }
        if (key instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        if (key instanceof Double number) {
            return hashedFloat(number);
        }
        if (key instanceof Tuple tuple) {
            return new Tuple(tuple.items().stream().map(Dict::hashed).toList());
        }
        if (!isHashable(key)) {
            throw new PythonException("unhashable type: '" + Types.name(key) + "'");
        }
        return key;
    }

    private static Object hashedFloat(Double number) {
        if (number.isInfinite() || number.isNaN() || number != Math.rint(number)) {
            return number;
        }
        BigInteger integer = new BigDecimal(number).toBigInteger();
        return integer.bitLength() < 64 ? (Object) integer.longValue() : integer;
    }
}
