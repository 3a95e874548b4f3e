package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Operators;

/** The comparison operators. */
final class Conditions {

    private Conditions() {}

    static boolean holds(String operator, Object left, Object right, Operators operators) {
        return switch (operator) {
            case "==" -> operators.isEqual(left, right);
            case "!=" -> !operators.isEqual(left, right);
            case "in" -> operators.contains(right, left);
            case "not in" -> !operators.contains(right, left);
            default -> operators.isOrdered(operator, left, right);
        };
    }
}
