package io.mlxmanager.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.engine.arch.ComputeTypes;
import io.mlxmanager.mlx.Dtype;
import io.mlxmanager.mlx.KvFormat;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Blocks that an earlier version wrote are found under the same names; another name would leave them all behind. */
class PrefixKeysTest {

    private static final int[] TOKENS = {1, 2, 3, 4, 5, 6, 7, 8, 9};

    private final PrefixKeys keys = new PrefixKeys(
            "a secret of thirty-two characters".getBytes(StandardCharsets.UTF_8),
            "model".getBytes(StandardCharsets.UTF_8));

    /** Computed by hand from HMAC-SHA-256 and SHA-256. */
    @Test
    void aNameIsTheSameInEveryVersion() {
        assertThat(keys.chain("ada", TOKENS, 9, 4))
                .containsExactly(
                        "d7ca338c51b1a37d40527b99233e2945d3f13505a69e544ba416fc1ec9593d81",
                        "06c17ac61ea1a84f47de1832063ca730e7a81b11c770ad3c98a8fe20db73edd9");
        assertThat(keys.chain("bob", TOKENS, 9, 4)).doesNotContainAnyElementsOf(keys.chain("ada", TOKENS, 9, 4));
        assertThat(keys.chain("ada", TOKENS, 3, 4)).isEmpty();
    }

    /** As it was written when keys and values could not be packed. */
    @Test
    void howTheyAreComputedIsSaidAsBefore() {
        assertThat(new ComputeTypes(Dtype.F32, Dtype.F16)).hasToString("ComputeTypes[activations=F32, cache=F16]");
        assertThat(new ComputeTypes(null, Dtype.BF16)).hasToString("ComputeTypes[activations=null, cache=BF16]");
        assertThat(new ComputeTypes(Dtype.F32, new KvFormat(Dtype.F16, 8)))
                .hasToString("ComputeTypes[activations=F32, cache=F16/8]");
    }
}
