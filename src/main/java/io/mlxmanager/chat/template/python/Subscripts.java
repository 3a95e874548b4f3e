package io.mlxmanager.chat.template.python;

import java.util.ArrayList;
import java.util.List;

/** {@code value[key]}, {@code value[from:to:step]} and {@code value.name}, within the bounds of a sandbox. */
public final class Subscripts {

    private final Budget budget;
    private final TextMethods textMethods;

    public Subscripts(Budget budget) {
        this.budget = budget;
        this.textMethods = new TextMethods(budget);
    }

    /** {@code value.name}: attributes and methods come before items. */
    public Object attribute(Object value, String name) {
        checkDefined(value);
        Object member = findMember(value, name);
        if (member != null) {
            return member;
        }
        Object item = findItem(value, name);
        return item != null ? item : Undefined.member(value, name);
    }

    /** {@code value[key]}: items come before attributes and methods. */
    public Object item(Object value, Object key) {
        checkDefined(value);
        Object item = findItem(value, key);
        if (item == null && Types.isText(key)) {
            item = findMember(value, Types.requireText(key));
        }
        return item != null ? item : Undefined.member(value, Types.isText(key) ? Types.requireText(key) : shown(key));
    }

    private static Object shown(Object key) {
        return Numbers.isNumber(key) ? key : Types.name(key);
    }

    private Object findItem(Object value, Object key) {
        if (value instanceof Dict dict) {
            return Dict.isHashable(key) ? dict.find(key) : null;
        }
        if (!Numbers.isInteger(key)) {
            return null;
        }
        int length = Types.isText(value) || Types.findSequence(value) != null ? Types.findLength(value) : 0;
        long index = Numbers.big(key).bitLength() < 63 ? Numbers.index(key) : Long.MAX_VALUE;
        long at = index < 0 ? index + length : index;
        if (at < 0 || at >= length) {
            return null;
        }
        if (Types.isText(value)) {
            budget.spend(1 + length / 64);
            String character = CodePoints.at(Types.requireText(value), (int) at);
            return value instanceof Markup ? new Markup(character) : character;
        }
        return Types.findSequence(value).get((int) at);
    }

    private Object findMember(Object value, String name) {
        if (value instanceof Members members) {
            return members.member(name);
        }
        if (name.startsWith("__") && name.endsWith("__")) {
            boolean key = value instanceof Dict dict && dict.has(name);
            return key ? null : Undefined.unsafe(value, name);
        }
        if (Types.isText(value)) {
            return textMethods.find(value, name);
        }
        return ContainerMethods.find(value, name, budget);
    }

    /** {@code value[from:to:step]}; bounds that are not given are null. */
    public Object slice(Object value, Object from, Object to, Object step) {
        checkDefined(value);
        boolean text = Types.isText(value);
        List<Object> items = Types.findSequence(value);
        if (!text && items == null) {
            throw new PythonException("'" + Types.name(value) + "' object is not subscriptable");
        }
        int length = Types.findLength(value);
        long stride = isGiven(step) ? bounded(Numbers.index(step)) : 1;
        if (stride == 0) {
            throw new PythonException("slice step cannot be zero");
        }
        long start = bound(from, length, stride > 0 ? 0 : length - 1, stride);
        long end = bound(to, length, stride > 0 ? length : -1, stride);
        if (text) {
            String whole = Types.requireText(value);
            budget.text(whole.length());
            String part = textSlice(whole, start, end, stride);
            return value instanceof Markup ? new Markup(part) : part;
        }
        if (value instanceof Range range) {
            return new Range(
                    range.start() + start * range.step(), range.start() + end * range.step(), range.step() * stride);
        }
        budget.items(Math.abs((end - start) / stride));
        List<Object> part = new ArrayList<>();
        for (long i = start; stride > 0 ? i < end : i > end; i += stride) {
            part.add(items.get((int) i));
        }
        return value instanceof Tuple ? new Tuple(part) : part;
    }

    private static String textSlice(String whole, long start, long end, long stride) {
        if (stride == 1) {
            return start < end ? CodePoints.substring(whole, (int) start, (int) end) : "";
        }
        int[] characters = whole.codePoints().toArray();
        StringBuilder part = new StringBuilder();
        for (long i = start; stride > 0 ? i < end : i > end; i += stride) {
            part.appendCodePoint(characters[(int) i]);
        }
        return part.toString();
    }

    private static long bound(Object given, int length, long otherwise, long stride) {
        if (!isGiven(given)) {
            return otherwise;
        }
        if (!Numbers.isInteger(given)) {
            throw new PythonException("slice indices must be integers or None or have an __index__ method");
        }
        long index = Numbers.big(given).bitLength() < 63
                ? Numbers.index(given)
                : Numbers.big(given).signum() * (long) Integer.MAX_VALUE;
        long at = index < 0 ? index + length : index;
        long least = stride > 0 ? 0 : -1;
        long most = stride > 0 ? length : length - 1L;
        return Math.max(least, Math.min(most, at));
    }

    /** No text or list is longer, so a larger stride makes no difference. */
    private static long bounded(long stride) {
        return Math.max(-Integer.MAX_VALUE, Math.min(Integer.MAX_VALUE, stride));
    }

    private static boolean isGiven(Object bound) {
        return bound != null && bound != None.NONE;
    }

    private static void checkDefined(Object value) {
        if (value instanceof Undefined undefined) {
            throw undefined.failure();
        }
    }
}
