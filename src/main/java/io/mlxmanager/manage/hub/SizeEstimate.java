package io.mlxmanager.manage.hub;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How large the weights of a model on the hub are. */
final class SizeEstimate {

    /** Bytes of one element, by the names that safetensors uses. */
    private static final Map<String, Integer> ELEMENT = Map.ofEntries(
            Map.entry("F64", 8),
            Map.entry("I64", 8),
            Map.entry("U64", 8),
            Map.entry("F32", 4),
            Map.entry("I32", 4),
            Map.entry("U32", 4),
            Map.entry("F16", 2),
            Map.entry("BF16", 2),
            Map.entry("I16", 2),
            Map.entry("U16", 2),
            Map.entry("F8_E4M3", 1),
            Map.entry("F8_E5M2", 1),
            Map.entry("I8", 1),
            Map.entry("U8", 1),
            Map.entry("BOOL", 1));

    private static final Pattern PARAMETERS = Pattern.compile("(?:^|[-_x])(\\d+(?:\\.\\d+)?)([bm])(?![a-z0-9])");
    private static final Pattern BITS = Pattern.compile("(\\d+)-?bit");
    private static final double SCALES_AND_REST = 1.1;
    private static final int UNPACKED_BITS = 16;

    private SizeEstimate() {}

    /** By the tensors the hub counted, else by what the repository takes up, else by the name. */
    static OptionalLong of(String id, JsonObject model) {
        OptionalLong counted = counted(model);
        if (counted.isPresent()) {
            return counted;
        }
        return model.get("usedStorage") instanceof JsonNumber used && used.longValue() > 0
                ? OptionalLong.of(used.longValue())
                : byName(id);
    }

    private static OptionalLong counted(JsonObject model) {
        if (!(model.get("safetensors") instanceof JsonObject tensors)
                || !(tensors.get("parameters") instanceof JsonObject parameters)
                || parameters.isEmpty()) {
            return OptionalLong.empty();
        }
        long bytes = 0;
        for (Map.Entry<String, JsonValue> entry : parameters.entrySet()) {
            Integer size = ELEMENT.get(entry.getKey());
            if (size == null || !(entry.getValue() instanceof JsonNumber count)) {
                return OptionalLong.empty();
            }
            bytes += count.longValue() * size;
        }
        return OptionalLong.of(bytes);
    }

    static OptionalLong byName(String id) {
        String name = id.toLowerCase(Locale.ROOT);
        Matcher parameters = PARAMETERS.matcher(name.substring(name.indexOf('/') + 1));
        if (!parameters.find()) {
            return OptionalLong.empty();
        }
        double count =
                Double.parseDouble(parameters.group(1)) * (parameters.group(2).equals("b") ? 1e9 : 1e6);
        Matcher bits = BITS.matcher(name);
        double perWeight = bits.find() ? Integer.parseInt(bits.group(1)) : UNPACKED_BITS;
        return OptionalLong.of((long) (count * perWeight / Byte.SIZE * SCALES_AND_REST));
    }
}
