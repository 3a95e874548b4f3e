package io.mlxmanager.manage.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.ModelsConfig;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.testing.MovableClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelUploadsTest {

    private static final Map<String, String> MODEL = Map.of(
            "config.json", "{\"a\":1}", "tokenizer.json", "{}", "model.safetensors", "weights", "sub/x.txt", "x");
    private static final ModelImport.Check ANYTHING = folder -> {};

    @TempDir
    private Path home;

    private final MovableClock clock = new MovableClock(Instant.EPOCH);
    private ModelCatalog catalog;
    private ModelUploads uploads;

    @BeforeEach
    void make() {
        catalog = new ModelCatalog(
                new HomeConfig(home), new ModelsConfig(home.resolve("cache"), List.of(), new ByteSize(0)));
        uploads = uploads(new ByteSize(1000), new ByteSize(0));
    }

    @Test
    void aModelArrivesInPartsAndIsThereWhenItIsComplete() throws IOException {
        String id = uploads.begin("ada/mine", sizes(MODEL));
        assertThat(catalog.all()).isEmpty();
        for (Map.Entry<String, String> file : MODEL.entrySet()) {
            send(id, file.getKey(), file.getValue());
        }
        assertThat(uploads.complete(id, ANYTHING).id()).isEqualTo("ada/mine");
        Path folder = catalog.find("ada/mine").orElseThrow().folder();
        assertThat(folder.resolve("sub/x.txt")).hasContent("x");
        assertThat(folder.resolve("model.safetensors")).hasContent("weights");
        assertNothingIsLeft();
    }

    @Test
    void aPartMayBeSentAgainButNeverLeaveAGap() {
        String id = uploads.begin("ada/mine", sizes(MODEL));
        assertThat(uploads.append(id, "config.json", 0, bytes("{\"b"))).isEmpty();
        assertThat(uploads.append(id, "config.json", 0, bytes("{\"a"))).isEmpty();
        assertThatThrownBy(() -> uploads.append(id, "config.json", 5, bytes("1}")))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("up to byte 3");
        assertThat(uploads.append(id, "config.json", 3, bytes("\":1}")))
                .hasValueSatisfying(
                        folder -> assertThat(folder.resolve("config.json")).hasContent("{\"a\":1}"));
        assertThatThrownBy(() -> uploads.append(id, "config.json", 7, bytes("more")))
                .hasMessageContaining("more of it came");
        assertThatThrownBy(() -> uploads.complete(id, ANYTHING)).hasMessageContaining("not arrived completely");
        assertThatThrownBy(() -> uploads.append(id, "other.json", 0, bytes("x")))
                .hasMessageContaining("no file");
    }

    @Test
    void whatCannotEndWellNeverBegins() throws IOException {
        assertRefused("no slash", sizes(MODEL), "owner/name");
        assertRefused("ada/x", Map.of(), "1 to");
        assertRefused("ada/x", Map.of("config.json", 1L), "tokenizer.json");
        assertRefused("ada/x", with("../../escaped", 1L), "leads out");
        assertRefused("ada/x", with("a\0b", 1L), "no file can have");
        assertRefused("ada/x", with("big", -1L), "no file here can have");
        assertRefused("ada/x", with("big", 990L), "uploads of 1000 B at most");
        uploads = uploads(new ByteSize(Long.MAX_VALUE), new ByteSize(0));
        assertRefused("ada/x", with("big", Long.MAX_VALUE / 2), "the disk has room for");
        assertNothingIsLeft();
    }

    @Test
    void aCancelledOneLeavesNothingAndSoDoesOneThatIsRefusedAtItsEnd() throws IOException {
        String id = uploads.begin("ada/mine", sizes(MODEL));
        send(id, "config.json", MODEL.get("config.json"));
        uploads.cancel(id);
        uploads.cancel(id);
        assertNothingIsLeft();
        assertThatThrownBy(() -> send(id, "config.json", "x")).hasMessageContaining("no such upload");

        String refused = uploads.begin("ada/mine", sizes(MODEL));
        for (Map.Entry<String, String> file : MODEL.entrySet()) {
            send(refused, file.getKey(), file.getValue());
        }
        assertThatThrownBy(() -> uploads.complete(refused, folder -> {
                    throw Problem.badRequest("unknown family");
                }))
                .hasMessageContaining("unknown family");
        assertNothingIsLeft();
        assertThat(catalog.all()).isEmpty();
    }

    @Test
    void anArchiveIsUnpackedAndMayNotClimbOut() throws IOException {
        byte[] zip = zip("model/", MODEL);
        String id = uploads.begin("ada/zipped", Map.of("model.zip", (long) zip.length));
        uploads.append(id, "model.zip", 0, new ByteArrayInputStream(zip));
        assertThat(uploads.complete(id, ANYTHING).folder().resolve("sub/x.txt")).hasContent("x");

        byte[] evil = zip("../../", MODEL);
        String other = uploads.begin("ada/evil", Map.of("evil.zip", (long) evil.length));
        uploads.append(other, "evil.zip", 0, new ByteArrayInputStream(evil));
        assertThatThrownBy(() -> uploads.complete(other, ANYTHING)).hasMessageContaining("leads out");
        assertNothingIsLeft();
    }

    @Test
    void onesThatFellSilentMakeRoomAndThereAreNeverTooMany() throws IOException {
        for (int i = 0; i < 4; i++) {
            uploads.begin("ada/mine" + i, sizes(MODEL));
        }
        assertRefused("ada/more", sizes(MODEL), "4 uploads are under way");
        clock.advance(Duration.ofMinutes(61));
        uploads.cancel(uploads.begin("ada/more", sizes(MODEL)));
        assertNothingIsLeft();
    }

    @Test
    void whatAnEarlierRunLeftIsRemoved() throws IOException {
        Files.createDirectories(home.resolve("models/.upload-dead/sub"));
        Path model = Files.createDirectories(home.resolve("models/ada/mine"));
        uploads.start(null);
        assertNothingIsLeft();
        assertThat(model).exists();
    }

    private ModelUploads uploads(ByteSize limit, ByteSize keepFree) {
        return new ModelUploads(new ModelImport(new ModelDisk(catalog), catalog), catalog, limit, keepFree, clock);
    }

    private void send(String id, String name, String text) {
        uploads.append(id, name, 0, bytes(text));
    }

    private void assertRefused(String modelId, Map<String, Long> sizes, String words) {
        assertThatThrownBy(() -> uploads.begin(modelId, sizes))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(words);
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> all = Files.walk(home)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .noneMatch(
                            name -> name.startsWith(".upload") || name.startsWith(".import") || name.equals("escaped"));
        }
    }

    private static Map<String, Long> with(String name, long size) {
        Map<String, Long> sizes = new HashMap<>(sizes(MODEL));
        sizes.put(name, size);
        return sizes;
    }

    private static Map<String, Long> sizes(Map<String, String> files) {
        Map<String, Long> sizes = new HashMap<>();
        files.forEach((name, text) -> sizes.put(name, (long) text.length()));
        return sizes;
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] zip(String prefix, Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(prefix + file.getKey()));
                out.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }
}
