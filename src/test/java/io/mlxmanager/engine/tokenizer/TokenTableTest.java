package io.mlxmanager.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.engine.weights.ModelFormatException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenTableTest {

    private static final Path STARTER = Path.of("src/main/resources/META-INF/models/starter-qwen3-4m-4bit");

    @TempDir
    Path folder;

    private TokenTable table(String json) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, json.replace('\'', '"'));
        return TokenBytes.read(file).table();
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Test
    void theBytesOfTheTokensOfATextAreTheText() {
        try (Tokenizer tokenizer = Tokenizer.load(STARTER)) {
            for (String text : new String[] {"{\"a\": [1, 2]}\n", "Zoë — 日本 😀\t!", "<tool_call>\n{}</tool_call>"}) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                for (int id : tokenizer.encode(text)) {
                    bytes.writeBytes(tokenizer.tokens().bytes().get(id));
                }
                assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo(text);
            }
        }
    }

    @Test
    void specialTokensWriteNothing() {
        try (Tokenizer tokenizer = Tokenizer.load(STARTER)) {
            TokenTable table = tokenizer.tokens();
            int id = table.specials().get("<|im_end|>");
            assertThat(table.bytes().get(id)).isEmpty();
            assertThat(table.specials()).doesNotContainKey("<think>");
        }
    }

    @Test
    void piecesHaveSpacesAndBytes() throws IOException {
        TokenTable table = table("{'added_tokens':[{'id':3,'content':'<s>','special':true}],"
                + "'decoder':{'type':'Sequence','decoders':[{'type':'Replace','pattern':{'String':'▁'},'content':' '},"
                + "{'type':'ByteFallback'},{'type':'Fuse'},{'type':'Strip','content':' ','start':1,'stop':0}]},"
                + "'model':{'type':'BPE','byte_fallback':true,'vocab':{'▁the':0,'<0x0A>':1,'é':2},'merges':[]}}");
        assertThat(table.bytes()).extracting(TokenTableTest::text).startsWith(" the", "\n", "é", "");
        assertThat(table.specials()).containsEntry("<s>", 3);
    }

    @Test
    void aUnigramVocabularyIsAList() throws IOException {
        TokenTable table = table("{'decoder':{'type':'Metaspace'},'model':{'vocab':[['▁a',-1.5],['b',-2]]}}");
        assertThat(table.bytes()).extracting(TokenTableTest::text).startsWith(" a", "b");
    }

    @Test
    void anIdThatWouldNeedATableOfGigabytesIsRefused() {
        for (String broken : new String[] {
            "{'model':{'vocab':{'a':2000000000}}}",
            "{'model':{'vocab':{'a':-1}}}",
            "{'added_tokens':[{'id':2000000000,'content':'<s>'}],'model':{'vocab':{'a':0}}}"
        }) {
            assertThatThrownBy(() -> table(broken))
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContaining("tokenizer.json");
        }
    }

    @Test
    void anUnknownDecoderIsNamed() {
        assertThatThrownBy(() -> table("{'decoder':{'type':'WordPiece'},'model':{'vocab':{'a':0}}}"))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("WordPiece");
    }
}
