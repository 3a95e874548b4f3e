package io.mlxmanager.chat.template;

import io.mlxmanager.chat.template.python.Dict;
import io.mlxmanager.chat.template.python.None;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** JSON as the values of a template, the way Python's JSON parser reads it. */
final class Values {

    private Values() {}

    static Map<String, Object> variables(JsonObject object) {
        Map<String, Object> variables = new HashMap<>();
        object.forEach((name, value) -> variables.put(name, of(value)));
        return variables;
    }

    static Object of(JsonValue value) {
        return switch (value.getValueType()) {
            case NULL -> None.NONE;
            case TRUE -> true;
            case FALSE -> false;
            case STRING -> ((JsonString) value).getString();
            case NUMBER -> number((JsonNumber) value);
            case ARRAY -> list((JsonArray) value);
            case OBJECT -> dict((JsonObject) value);
        };
    }

    private static Object number(JsonNumber number) {
        if (number.toString().matches("-?[0-9]+")) {
            BigInteger integer = number.bigIntegerValue();
            return integer.bitLength() < Long.SIZE ? (Object) integer.longValue() : integer;
        }
        BigDecimal decimal = number.bigDecimalValue();
        return decimal.doubleValue();
    }

    private static List<Object> list(JsonArray array) {
        List<Object> list = new ArrayList<>(array.size());
        array.forEach(item -> list.add(of(item)));
        return list;
    }

    private static Dict dict(JsonObject object) {
        Dict dict = new Dict();
        object.forEach((name, value) -> dict.put(name, of(value)));
        return dict;
    }
}
