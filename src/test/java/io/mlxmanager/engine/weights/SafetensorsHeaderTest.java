package io.mlxmanager.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.mlx.Dtype;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsHeaderTest {

    private static final String GOOD = "{\"__metadata__\":{\"format\":\"mlx\"},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
            + "\"b\":{\"dtype\":\"BF16\",\"shape\":[],\"data_offsets\":[24,26]}}";

    @TempDir
    Path folder;

    private Path file(String header, int dataBytes) throws IOException {
        return file(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private Path file(byte[] header, int dataBytes) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header);
        return Files.write(folder.resolve("model.safetensors"), bytes.array());
    }

    @Test
    void readsWhereTensorsLie() throws IOException {
        SafetensorsHeader header = SafetensorsHeader.read(file(GOOD, 26));

        long data = 8L + GOOD.length();
        assertThat(header.tensors().values())
                .containsExactly(
                        new TensorInfo("a", Dtype.F32, List.of(2, 3), data, 24),
                        new TensorInfo("b", Dtype.BF16, List.of(), data + 24, 2));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "not a header         | nonsense                                                            | JSON",
                "an array             | []                                                                  | JSON",
                "no object            | {\"a\":1}                                                           | tensor a",
                "no dtype             | {\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}                      | tensor a",
                "unknown dtype        | {\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}    | F99",
                "one offset           | {\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}      | tensor a",
                "beyond the end       | {\"a\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[0,36]}}   | truncated",
                "backwards            | {\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,4]}}    | offsets",
                "negative offset      | {\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}   | offsets",
                "lying shape          | {\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}    | takes 8",
                "negative shape       | {\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}   | negative",
                "fraction in shape    | {\"a\":{\"dtype\":\"F32\",\"shape\":[1.5],\"data_offsets\":[0,4]}}  | whole",
                "text in shape        | {\"a\":{\"dtype\":\"F32\",\"shape\":[\"1\"],\"data_offsets\":[0,4]}}| whole",
                "overflowing shape    | {\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,4]}} | whole",
                "too many axes        | {\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}} | axes",
                "huge offset          | {\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,99999999999999999999]}} | whole",
            })
    void refusesWithTheNameOfFileAndTensor(String what, String header, String expected) throws IOException {
        Path file = file(header, 20);
        assertThatThrownBy(() -> SafetensorsHeader.read(file))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageStartingWith("model.safetensors: ")
                .hasMessageContaining(expected);
    }

    @Test
    void refusesALengthThatLies() throws IOException {
        for (long length : new long[] {-1, 0, 1, 100_000_001, Long.MAX_VALUE, Long.MIN_VALUE, 40}) {
            ByteBuffer bytes = ByteBuffer.allocate(30).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(length);
            Path file = Files.write(folder.resolve("model.safetensors"), bytes.array());
            assertThatThrownBy(() -> SafetensorsHeader.read(file))
                    .as("length %d", length)
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        byte[] whole = Files.readAllBytes(file(GOOD, 26));
        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(folder.resolve("cut.safetensors"), java.util.Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsHeader.read(cut))
                    .as("first %d bytes", length)
                    .isInstanceOf(ModelFormatException.class);
        }
    }

    @Test
    void aDeeplyNestedHeaderIsRefused() throws IOException {
        Path file = file("{\"a\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}", 4);
        assertThatThrownBy(() -> SafetensorsHeader.read(file)).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void damagedBytesAreReadOrRefusedNeverWorse() throws IOException {
        byte[] whole = Files.readAllBytes(file(GOOD, 26));
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            byte[] damaged = whole.clone();
            int changes = 1 + random.nextInt(4);
            for (int i = 0; i < changes; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            byte[] header = java.util.Arrays.copyOfRange(damaged, 8, 8 + GOOD.length());
            assertThatCode(() -> parseAndCheck(header, damaged.length))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
        }
    }

    private static void parseAndCheck(byte[] header, long fileSize) {
        long dataStart = 8L + header.length;
        SafetensorsHeader read;
        try {
            read = SafetensorsHeader.parse("f", header, dataStart, fileSize);
        } catch (ModelFormatException refused) {
            return;
        }
        for (TensorInfo tensor : read.tensors().values()) {
            assertThat(tensor.offset()).isBetween(dataStart, fileSize);
            assertThat(tensor.offset() + tensor.bytes()).isLessThanOrEqualTo(fileSize);
        }
    }
}
