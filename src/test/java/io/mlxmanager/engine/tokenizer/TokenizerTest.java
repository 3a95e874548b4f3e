package io.mlxmanager.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");

    private static final List<URI> ASKED = new CopyOnWriteArrayList<>();
    private static ProxySelector original;
    private static Tokenizer tokenizer;

    @TempDir
    Path folder;

    /** Every connection of the JDK's clients asks the proxy selector first. */
    @BeforeAll
    static void load() {
        original = ProxySelector.getDefault();
        ProxySelector.setDefault(new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                ASKED.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
        });
        tokenizer = Tokenizer.load(STARTER);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
        ProxySelector.setDefault(original);
    }

    @Test
    void connectsToNobody() {
        tokenizer.encode("Hello");
        assertThat(ASKED).isEmpty();
        assertThat(InetAddress.getLoopbackAddress().isLoopbackAddress()).isTrue();
        assertThat(System.getProperty("OPT_OUT_TRACKING")).isEqualTo("true");
    }

    @Test
    void recognisesSpecialTokensThatAreWrittenOut() {
        assertThat(tokenizer.encode("<|im_start|>user")).startsWith(2040);
        assertThat(tokenizer.encode("<think>")).containsExactly(2042);
    }

    @Test
    void whatIsEncodedComesBack() {
        for (int seed = 0; seed < 500; seed++) {
            String text = text(new Random(seed));
            int[] ids = tokenizer.encode(text);
            assertThat(tokenizer.decode(ids, 0, ids.length)).as("seed %d", seed).isEqualTo(normal(text));
        }
    }

    @Test
    void tokenByTokenGivesTheSameText() {
        for (int seed = 0; seed < 500; seed++) {
            String text = text(new Random(seed));
            Detokenizer detokenizer = new Detokenizer(tokenizer);
            StringBuilder pieces = new StringBuilder();
            for (int id : tokenizer.encode(text)) {
                String piece = detokenizer.add(id);
                assertThat(piece).as("seed %d", seed).doesNotContain("\uFFFD");
                pieces.append(piece);
            }
            pieces.append(detokenizer.finish());
            assertThat(pieces.toString()).as("seed %d", seed).isEqualTo(normal(text));
        }
    }

    @Test
    void anAnswerCutInsideACharacterShowsTheDamage() {
        int[] ids = tokenizer.encode("🦊");
        Detokenizer detokenizer = new Detokenizer(tokenizer);
        StringBuilder pieces = new StringBuilder();
        for (int i = 0; i < ids.length - 1; i++) {
            pieces.append(detokenizer.add(ids[i]));
        }
        assertThat(pieces.toString()).isEmpty();
        assertThat(detokenizer.finish()).contains("\uFFFD");
    }

    @Test
    void aMissingOrBrokenFileIsNamed() throws IOException {
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\": 7}");
        assertThatThrownBy(() -> Tokenizer.load(folder))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("tokenizer.json");
    }

    private static String normal(String text) {
        return java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
    }

    private static String text(Random random) {
        String[] pieces = {
            "Hello", " world", "\n", "  ", "1234", "ä", "漢字", "🦊", "👩‍👩‍👧", "don't", "\t", "{\"a\": 1}", "e\u0301"
        };
        StringBuilder text = new StringBuilder();
        int count = 1 + random.nextInt(8);
        for (int i = 0; i < count; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    /** Pieces of a text, put together byte by byte, are the text, characters cut over tokens included. */
    @Test
    void theBytesOfTheTokensOfATextAreTheText() {
        String text = "Count to 12: 1,  2\n\t\u00e9\u4e2d\ud83d\ude00 <|im_end|>";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : tokenizer.encode(text)) {
            bytes.writeBytes(tokenizer.bytes(id));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(tokenizer.bytes(1 << 20)).isEmpty();
    }

    @Test
    void vocabulariesOfPiecesWithSpaceMarksAndSpelledBytesAreRead() throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, """
                {"version":"1.0","added_tokens":[{"id":5,"content":"<s>","special":true}],"decoder":null,
                 "model":{"type":"Unigram","unk_id":0,
                          "vocab":[["<unk>",0.0],["\u2581a",-1.5],["<0xE4>",-2.0],["\u00e9",-3]],"byte_fallback":true}}
                """);
        TokenBytes bytes = TokenBytes.read(file);
        assertThat(bytes.of(1)).isEqualTo(new byte[] {' ', 'a'});
        assertThat(bytes.of(2)).isEqualTo(new byte[] {(byte) 0xE4});
        assertThat(bytes.of(3)).isEqualTo("\u00e9".getBytes(StandardCharsets.UTF_8));
        assertThat(bytes.of(4)).isEmpty();
        assertThat(bytes.of(5)).isEqualTo("<s>".getBytes(StandardCharsets.UTF_8));
    }
}
