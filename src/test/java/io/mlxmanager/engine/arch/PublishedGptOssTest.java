package io.mlxmanager.engine.arch;

import static io.mlxmanager.engine.arch.FamilyCase.LAYERS;
import static io.mlxmanager.engine.arch.FamilyCase.VOCABULARY;

import io.mlxmanager.testing.ExactProducts;
import io.mlxmanager.testing.NativeLibrary;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** gpt-oss as its makers publish it: blocks of bytes, gate and up in turns. */
@ExtendWith({NativeLibrary.class, ExactProducts.class})
class PublishedGptOssTest {

    @TempDir
    Path folder;

    @Test
    void itAnswersAsTheConvertedModelDoes() {
        FamilyCase family = ExpertFamilies.all()
                .filter(each -> each.name().equals("gpt_oss"))
                .findFirst()
                .orElseThrow();
        Fixture converted = family.fixture();
        Fixture published = converted.renamed(UnaryOperator.identity());
        for (int i = 0; i < LAYERS; i++) {
            publish(converted, published, "model.layers." + i + ".mlp.experts.");
        }
        JsonObject config = Json.createObjectBuilder(family.config())
                .remove("quantization")
                .add("quantization_config", Json.createObjectBuilder().add("quant_method", "mxfp4"))
                .build();
        published.write(folder, config);
        int[] ids = new SplittableRandom(3).ints(24, 0, VOCABULARY).toArray();
        Logits.assertOfPrompt(folder, config, ids, family.decoder(converted).logits(ids));
    }

    private static void publish(Fixture converted, Fixture published, String path) {
        for (String part : new String[] {"weight", "scales"}) {
            String name = part.equals("weight") ? "blocks" : "scales";
            int[] shape = converted.shape(path + "gate_proj." + part);
            int columns = shape[2] * (part.equals("weight") ? 4 : 1);
            byte[] turns = inTurns(
                    converted.bytes(path + "gate_proj." + part), converted.bytes(path + "up_proj." + part), columns);
            published.bytes(path + "gate_up_proj_" + name, turns, blocks(shape[0], 2 * shape[1], columns, name));
            int[] down = converted.shape(path + "down_proj." + part);
            published.bytes(
                    path + "down_proj_" + name,
                    converted.bytes(path + "down_proj." + part),
                    blocks(down[0], down[1], down[2] * (part.equals("weight") ? 4 : 1), name));
        }
        double[] gate = converted.values(path + "gate_proj.bias");
        double[] up = converted.values(path + "up_proj.bias");
        float[] both = new float[2 * gate.length];
        for (int i = 0; i < gate.length; i++) {
            both[2 * i] = (float) gate[i];
            both[2 * i + 1] = (float) up[i];
        }
        int[] shape = converted.shape(path + "gate_proj.bias");
        published.values(path + "gate_up_proj_bias", both, shape[0], 2 * shape[1]);
        double[] down = converted.values(path + "down_proj.bias");
        float[] narrow = new float[down.length];
        for (int i = 0; i < down.length; i++) {
            narrow[i] = (float) down[i];
        }
        published.values(path + "down_proj_bias", narrow, converted.shape(path + "down_proj.bias"));
        for (String matrix : new String[] {"gate_proj", "up_proj", "down_proj"}) {
            for (String part : new String[] {"weight", "scales", "bias"}) {
                published.remove(path + matrix + "." + part);
            }
        }
    }

    /** Blocks of sixteen bytes have an axis of their own. */
    private static int[] blocks(int experts, int rows, int columns, String name) {
        return name.equals("blocks") ? new int[] {experts, rows, columns / 16, 16} : new int[] {experts, rows, columns};
    }

    private static byte[] inTurns(byte[] first, byte[] second, int columns) {
        byte[] both = new byte[2 * first.length];
        for (int row = 0; row < first.length / columns; row++) {
            System.arraycopy(first, row * columns, both, 2 * row * columns, columns);
            System.arraycopy(second, row * columns, both, (2 * row + 1) * columns, columns);
        }
        return both;
    }
}
