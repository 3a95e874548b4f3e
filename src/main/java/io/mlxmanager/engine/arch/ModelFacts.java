package io.mlxmanager.engine.arch;

import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What can be told of a model without loading it.
 *
 * @param modelType family, as config.json names it
 * @param vocabularySize number of logits
 * @param contextLength most positions the model was made for
 * @param weightBytes size of the weights on disk
 * @param kvRows what one position puts in the cache, by kind of layer; kinds that no layer is of are left out
 * @param bits of the general quantisation rule; 0 when the weights are not packed
 * @param ignoredParts parts of the model that are not used, such as {@code vision}: it is served as a model for text
 */
public record ModelFacts(
        String modelType,
        int vocabularySize,
        int contextLength,
        long weightBytes,
        Map<KvKind, List<KvRows>> kvRows,
        int bits,
        List<String> ignoredParts) {

    private static final int EXACT = 32;
    private static final int HALF = 16;

    public ModelFacts {
        // In the order of the kinds, so that answers do not change from one start to the next.
        EnumMap<KvKind, List<KvRows>> byKind = new EnumMap<>(KvKind.class);
        kvRows.forEach((kind, rows) -> byKind.put(kind, List.copyOf(rows)));
        kvRows = Collections.unmodifiableMap(byKind);
        ignoredParts = List.copyOf(ignoredParts);
    }

    /**
     * What one position costs in the cache, by kind of layer.
     *
     * @param kvBits of an element of keys and values: 32, 16, or 8 or 4 where a layer's rows can be packed, and 16 where not
     */
    public Map<KvKind, Long> kvBytes(int kvBits) {
        KvFormat format = switch (kvBits) {
            case EXACT -> KvFormat.of(Dtype.F32);
            case HALF -> KvFormat.of(Dtype.F16);
            default -> new KvFormat(Dtype.F16, kvBits);
        };
        EnumMap<KvKind, Long> bytes = new EnumMap<>(KvKind.class);
        kvRows.forEach((kind, rows) -> bytes.put(
                kind, rows.stream().mapToLong(each -> each.bytes(format)).sum()));
        return bytes;
    }

    /** What one position costs in the cache, in all layers; {@code kvBits} as for {@link #kvBytes}. */
    public long kvBytesPerToken(int kvBits) {
        return kvBytes(kvBits).values().stream().mapToLong(Long::longValue).sum();
    }

    /** These facts as those of a model of which this is the text part. */
    ModelFacts textPartOf(String type, List<String> ignored) {
        return new ModelFacts(type, vocabularySize, contextLength, weightBytes, kvRows, bits, ignored);
    }

    /** The same for fewer positions. */
    public ModelFacts withContextLength(int length) {
        return new ModelFacts(modelType, vocabularySize, length, weightBytes, kvRows, bits, ignoredParts);
    }
}
