package io.mlxmanager.chat.template;

/**
 * A piece of a template.
 *
 * @param text the text of data and names, the value of strings, the digits of numbers, the sign of operators
 */
record Token(Type type, String text, int line) {

    enum Type {
        /** Text outside of tags. */
        DATA,
        VARIABLE_BEGIN,
        VARIABLE_END,
        BLOCK_BEGIN,
        BLOCK_END,
        NAME,
        STRING,
        INTEGER,
        FLOAT,
        OPERATOR,
        END
    }

    boolean isName(String name) {
        return type == Type.NAME && text.equals(name);
    }

    boolean isOperator(String sign) {
        return type == Type.OPERATOR && text.equals(sign);
    }

    /** How to name the token in a message. */
    String shown() {
        return type == Type.END ? "end of template" : "'" + text + "'";
    }
}
