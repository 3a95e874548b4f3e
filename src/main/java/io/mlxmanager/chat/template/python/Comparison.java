package io.mlxmanager.chat.template.python;

import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Equality and order of values. */
final class Comparison {

    private Comparison() {}

    static boolean isEqual(Object left, Object right, Budget budget) {
        if (left == right) {
            return !Numbers.isNan(left);
        }
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return !Numbers.isNan(left) && !Numbers.isNan(right) && Numbers.compare(left, right) == 0;
        }
        if (Types.isText(left) && Types.isText(right)) {
            String text = Types.requireText(left);
            budget.read(text.length());
            return text.equals(Types.requireText(right));
        }
        if (left instanceof Undefined) {
            return right instanceof Undefined;
        }
        if (left instanceof Dict a && right instanceof Dict b) {
            return deeper(budget, () -> sameEntries(a, b, budget));
        }
        boolean sameKind = (left instanceof List && right instanceof List)
                || (left instanceof Tuple && right instanceof Tuple)
                || (left instanceof Range && right instanceof Range);
        if (!sameKind) {
            return false;
        }
        return deeper(budget, () -> sameItems(Types.findSequence(left), Types.findSequence(right), budget));
    }

    private static boolean sameItems(List<Object> left, List<Object> right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        Iterator<Object> others = right.iterator();
        for (Object item : left) {
            budget.step();
            if (!isEqual(item, others.next(), budget)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameEntries(Dict left, Dict right, Budget budget) {
        if (left.size() != right.size()) {
            return false;
        }
        for (Object key : left.keys()) {
            budget.step();
            Object other = right.find(key);
            if (other == null || !isEqual(left.find(key), other, budget)) {
                return false;
            }
        }
        return true;
    }

    static int order(String operator, Object left, Object right, Budget budget) {
        if (Numbers.isNumber(left) && Numbers.isNumber(right)) {
            return Numbers.compare(left, right);
        }
        if (Types.isText(left) && Types.isText(right)) {
            return CodePoints.compare(Types.requireText(left), Types.requireText(right));
        }
        boolean sequences =
                (left instanceof List && right instanceof List) || (left instanceof Tuple && right instanceof Tuple);
        if (sequences) {
            budget.enter();
            int order = orderItems(operator, Types.findSequence(left), Types.findSequence(right), budget);
            budget.leave();
            return order;
        }
        if (left instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (right instanceof Undefined undefined) {
            throw undefined.failure();
        }
        throw new PythonException("'" + operator + "' not supported between instances of '" + Types.name(left)
                + "' and '" + Types.name(right) + "'");
    }

    private static int orderItems(String operator, List<Object> left, List<Object> right, Budget budget) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            budget.step();
            if (!isEqual(left.get(i), right.get(i), budget)) {
                return order(operator, left.get(i), right.get(i), budget);
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    private static boolean deeper(Budget budget, BooleanSupplier comparison) {
        budget.enter();
        boolean result = comparison.getAsBoolean();
        budget.leave();
        return result;
    }
}
