package io.mlxmanager.manage.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.config.ByteSize;
import io.mlxmanager.base.config.ConfigValues;
import io.mlxmanager.base.config.DownloadConfig;
import io.mlxmanager.base.config.HomeConfig;
import io.mlxmanager.base.config.HubConfig;
import io.mlxmanager.base.config.ModelsConfig;
import io.mlxmanager.base.crypto.Secret;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.catalog.ModelCatalog;
import io.mlxmanager.manage.hub.HubEndpoint;
import io.mlxmanager.manage.hub.HubRepository;
import io.mlxmanager.testing.TestDatabase;
import io.mlxmanager.testing.hub.HubStandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DownloadsTest {

    private static final String MODEL = "ada/small";
    private static final int SIZE = 1_000_003;
    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    Path home;

    private final HubStandIn hub = new HubStandIn();
    private final TestDatabase database = new TestDatabase();
    private final byte[] weights = new byte[SIZE];
    private volatile long free = Long.MAX_VALUE;
    private Downloads downloads;

    @BeforeEach
    void fill() {
        new Random(7).nextBytes(weights);
        hub.repository(MODEL)
                .text("config.json", "{\"model_type\":\"qwen3\"}")
                .text("tokenizer.json", "{}")
                .text("sub/notes.txt", "notes")
                .small("pytorch_model.bin", new byte[] {1})
                .large("model.safetensors", weights);
        downloads = open(Map.of());
    }

    @AfterEach
    void close() {
        hub.store().release();
        downloads.close();
        hub.close();
        database.close();
    }

    private Downloads open(Map<String, String> settings) {
        Map<String, String> values = new HashMap<>(Map.of(
                "HF_ENDPOINT", hub.endpoint().toString(),
                "HF_TOKEN", "hf_secret",
                "mlx-manager.downloads.part-size", "128 KiB",
                "mlx-manager.downloads.attempts", "3",
                "mlx-manager.downloads.stall", "300ms",
                "mlx-manager.downloads.keep-free", "0"));
        values.putAll(settings);
        ConfigValues config = ConfigValues.of(values);
        HubConfig hubConfig = HubConfig.read(config);
        HubEndpoint endpoint = new HubEndpoint(hubConfig, () -> Optional.of(new Secret("hf_secret")));
        DownloadConfig downloadConfig = DownloadConfig.read(config);
        return new Downloads(
                new DownloadStore(database),
                new DownloadRun.World(
                        endpoint,
                        new HubRepository(endpoint),
                        home,
                        downloadConfig,
                        new Throttle(downloadConfig.bandwidth().bytes()),
                        path -> free),
                Clock.systemUTC());
    }

    private DownloadState await(DownloadState started, Predicate<DownloadState> wanted) throws InterruptedException {
        ProgressFeed feed = downloads.observe(started.taskId()).orElseThrow();
        long end = System.nanoTime() + LONG.toNanos();
        DownloadState state = feed.current();
        while (!wanted.test(state)) {
            assertThat(System.nanoTime()).as("still %s", state).isLessThan(end);
            state = feed.awaitAfter(state.sequence(), LONG).orElse(state);
        }
        return state;
    }

    private DownloadState end(DownloadState started) throws InterruptedException {
        return await(started, state -> !state.status().active());
    }

    private DownloadState untilHalf(DownloadState started) throws InterruptedException {
        return await(started, state -> state.downloadedBytes() >= SIZE / 3);
    }

    private void assertComplete(DownloadState state) throws IOException {
        assertThat(state.error()).isEmpty();
        assertThat(state.status()).isEqualTo(DownloadStatus.COMPLETED);
        assertThat(state.progress()).isEqualTo(100);
        assertThat(state.downloadedBytes()).isEqualTo(state.totalBytes());
        Path repository = home.resolve("models--ada--small");
        String commit = Files.readString(repository.resolve("refs/main"));
        assertThat(commit).isEqualTo(hub.repository(MODEL).commit());
        Path snapshot = repository.resolve("snapshots").resolve(commit);
        assertThat(snapshot.resolve("model.safetensors"))
                .hasBinaryContent(hub.repository(MODEL)
                        .file("model.safetensors")
                        .orElseThrow()
                        .bytes());
        assertThat(snapshot.resolve("sub/notes.txt")).hasContent("notes").isSymbolicLink();
        assertThat(Files.readSymbolicLink(snapshot.resolve("sub/notes.txt")).toString())
                .startsWith("../../../blobs/");
        try (Stream<Path> blobs = Files.list(repository.resolve("blobs"))) {
            assertThat(blobs.map(blob -> blob.getFileName().toString()))
                    .hasSize(4)
                    .allMatch(name -> name.matches("[0-9a-f]{40}|[0-9a-f]{64}"));
        }
        ModelsConfig models = new ModelsConfig(home, List.of(), new ByteSize(0));
        assertThat(new ModelCatalog(new HomeConfig(home.resolve("none")), models).find(MODEL))
                .isPresent();
    }

    @Test
    void aModelArrivesAsTheOtherToolsWouldHaveLaidItDown() throws Exception {
        DownloadState started = downloads.start(MODEL);

        DownloadState ended = end(started);

        assertComplete(ended);
        assertThat(ended.filesDone()).isEqualTo(4).isEqualTo(ended.filesTotal());
        assertThat(downloads.active()).isEmpty();
        assertThat(downloads.find(Long.toString(started.id())).orElseThrow().status())
                .isEqualTo(DownloadStatus.COMPLETED);
    }

    @Test
    void theTokenStaysWithTheHub() throws Exception {
        hub.requireToken("hf_secret");
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().seen())
                .filteredOn(transfer -> transfer.path().equals("model.safetensors"))
                .isNotEmpty()
                .allMatch(transfer -> transfer.authorization().isEmpty());
    }

    @Test
    void aSecondStartOfAModelNamesTheFirst() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState first = downloads.start(MODEL);
        assertThat(downloads.start(MODEL).taskId()).isEqualTo(first.taskId());
        hub.store().release();
        assertComplete(end(first));
    }

    @Test
    void droppedConnectionsGoOnWhereTheyBroke() throws Exception {
        for (int i = 0; i < 6; i++) {
            hub.store().drop(50_000);
        }
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().quiet()).isTrue();
        assertThat(hub.store().sent()).isLessThan(SIZE + 6 * 70_000L);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 416, 403})
    void aPassingRefusalOfTheStoreIsTriedAgain(int status) throws Exception {
        hub.store().refuse(status);
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().quiet()).isTrue();
    }

    @Test
    void aRefusalIsNotAskedAgainBeforeTheTimeItNames() throws Exception {
        hub.store().refuse(429, "1");
        long before = System.nanoTime();
        assertComplete(end(downloads.start(MODEL)));
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThan(Duration.ofSeconds(1));
    }

    @Test
    void aHubThatGoesOnRefusingFailsTheDownloadAndSaysSo() throws Exception {
        hub.refuse("/api/models", 500, 100);
        DownloadState failed = end(downloads.start(MODEL));
        assertThat(failed.status()).isEqualTo(DownloadStatus.FAILED);
        assertThat(failed.error().orElseThrow()).contains("500");
    }

    @Test
    void anUnknownModelFailsAtOnce() throws Exception {
        DownloadState failed = end(downloads.start("ada/nothing"));
        assertThat(failed.error().orElseThrow()).contains("ada/nothing", "404");
    }

    @Test
    void aStalledConnectionIsGivenUpAndTriedAgain() throws Exception {
        hub.store().stall(10);
        hub.store().stall(10);
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().quiet()).isTrue();
    }

    @Test
    void aServerWithoutRangesDoesToo() throws Exception {
        for (int i = 0; i < 8; i++) {
            hub.store().ignoreRange();
        }
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().quiet()).isTrue();
    }

    @Test
    void aFileWithAWrongByteIsFetchedOnceMore() throws Exception {
        corrupt(1);
        assertComplete(end(downloads.start(MODEL)));
        assertThat(hub.store().sent()).isGreaterThan(2L * SIZE);
    }

    @Test
    void aFileThatStaysWrongFailsWithBothHashesAndIsNeverVisible() throws Exception {
        corrupt(2);
        DownloadState failed = end(downloads.start(MODEL));
        assertThat(failed.status()).isEqualTo(DownloadStatus.FAILED);
        String expected =
                hub.repository(MODEL).file("model.safetensors").orElseThrow().etag();
        assertThat(failed.error().orElseThrow()).contains("model.safetensors", expected);
        assertThat(home.resolve("models--ada--small/blobs").resolve(expected)).doesNotExist();
        assertThat(home.resolve("models--ada--small/refs")).doesNotExist();
    }

    /** One connection and one part, so that the wrong byte is surely in the transfer that is struck. */
    private void corrupt(int times) {
        downloads.close();
        downloads = open(Map.of("mlx-manager.downloads.connections", "1", "mlx-manager.downloads.part-size", "16 MiB"));
        for (int i = 0; i < times; i++) {
            hub.store().corrupt();
        }
    }

    @Test
    void aRepositoryThatChangesMeanwhileIsListedAnew() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState started = downloads.start(MODEL);
        untilHalf(started);
        byte[] other = weights.clone();
        other[0] ^= 1;
        hub.repository(MODEL).large("model.safetensors", other);
        hub.store().release();
        DownloadState ended = end(started);
        assertThat(ended.error()).isEmpty();
        Path repository = home.resolve("models--ada--small");
        Path snapshot =
                repository.resolve("snapshots").resolve(hub.repository(MODEL).commit());
        assertThat(snapshot.resolve("model.safetensors")).hasBinaryContent(other);
    }

    @Test
    void tooLittleDiskIsSaidBeforeAByteIsFetched() throws Exception {
        free = SIZE / 2;
        DownloadState failed = end(downloads.start(MODEL));
        assertThat(failed.error().orElseThrow()).contains("Not enough disk space");
        assertThat(hub.store().sent()).isZero();
    }

    @Test
    void aDiskThatFillsUpMeanwhileEndsTheDownload() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState started = downloads.start(MODEL);
        untilHalf(started);
        free = 10;
        assertThat(end(started).error().orElseThrow()).contains("Not enough disk space");
    }

    @Test
    void aPausedDownloadStandsStillAndGoesOnFromThere() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState started = downloads.start(MODEL);
        untilHalf(started);
        assertThat(downloads.pause(started.taskId()).status()).isEqualTo(DownloadStatus.PAUSED);
        assertThatThrownBy(() -> downloads.pause(started.taskId()))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("Cannot pause download in 'paused' state");
        hub.store().release();
        downloads.resume(started.taskId());
        assertThatThrownBy(() -> downloads.resume(started.taskId())).hasMessageContaining("Cannot resume");
        assertComplete(end(started));
        assertThat(hub.store().sent()).isLessThan(2L * SIZE);
    }

    @Test
    void aCancelledDownloadLeavesNothing() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState started = downloads.start(MODEL);
        untilHalf(started);
        Downloads.Cancelled cancelled = downloads.cancel(started.taskId());
        assertThat(cancelled.cleaned()).isTrue();
        assertThat(cancelled.state().status()).isEqualTo(DownloadStatus.CANCELLED);
        assertThat(home.resolve("models--ada--small")).doesNotExist();
        assertThatThrownBy(() -> downloads.cancel(started.taskId())).hasMessageContaining("'cancelled' state");
        assertThatThrownBy(() -> downloads.resume(started.taskId())).hasMessageContaining("'cancelled' state");
        assertThatThrownBy(() -> downloads.pause(started.taskId())).hasMessageContaining("'cancelled' state");
        hub.store().release();
        assertComplete(end(downloads.start(MODEL)));
    }

    @Test
    void aFailedDownloadMayBeCancelledToFreeTheDisk() throws Exception {
        free = 10;
        DownloadState failed = end(downloads.start(MODEL));
        assertThat(downloads.cancel(failed.taskId()).cleaned()).isTrue();
        assertThat(home.resolve("models--ada--small")).doesNotExist();
    }

    @Test
    void cancellingAnUpdateLeavesTheModelThatIsThere() throws Exception {
        assertComplete(end(downloads.start(MODEL)));
        String old = hub.repository(MODEL).commit();
        byte[] newer = weights.clone();
        newer[5] ^= 1;
        hub.repository(MODEL).large("model.safetensors", newer);
        hub.store().holdAfter(SIZE / 2);
        DownloadState update = downloads.start(MODEL);
        untilHalf(update);
        downloads.cancel(update.taskId());
        Path repository = home.resolve("models--ada--small");
        assertThat(repository.resolve("refs/main")).hasContent(old);
        assertThat(repository.resolve("snapshots").resolve(old).resolve("model.safetensors"))
                .hasBinaryContent(weights);
        try (Stream<Path> blobs = Files.list(repository.resolve("blobs"))) {
            assertThat(blobs.map(Path::toString)).noneMatch(name -> name.contains("mlx-manager"));
        }
    }

    @Test
    void afterARestartTheRunningOneGoesOnFromWhereItWas() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState started = downloads.start(MODEL);
        untilHalf(started);
        downloads.close();
        hub.store().release();
        downloads = open(Map.of());
        downloads.recover();
        assertComplete(end(started));
        assertThat(hub.store().sent()).isLessThan(2L * SIZE);
    }

    @Test
    void afterARestartThePausedStaysPausedAndTheFailedStaysFailed() throws Exception {
        hub.store().holdAfter(SIZE / 2);
        DownloadState paused = downloads.start(MODEL);
        untilHalf(paused);
        downloads.pause(paused.taskId());
        DownloadState failed = end(downloads.start("ada/nothing"));
        Files.createDirectories(home.resolve("models--foreign--model/blobs"));
        Files.writeString(home.resolve("models--foreign--model/blobs/abc.incomplete"), "part");
        downloads.close();
        downloads = open(Map.of());
        downloads.recover();
        assertThat(downloads.active())
                .singleElement()
                .matches(state -> state.status() == DownloadStatus.PAUSED
                        && state.taskId().equals(paused.taskId()));
        assertThat(downloads.find(failed.taskId()).orElseThrow().status()).isEqualTo(DownloadStatus.FAILED);
        hub.store().release();
        downloads.resume(paused.taskId());
        assertComplete(end(paused));
    }

    @Test
    void aLimitOfBandwidthIsKept() throws Exception {
        downloads.close();
        downloads = open(Map.of("mlx-manager.downloads.bandwidth", "500000"));
        long before = System.nanoTime();
        assertComplete(end(downloads.start(MODEL)));
        double seconds = (System.nanoTime() - before) / 1e9;
        assertThat(SIZE / seconds).isBetween(250_000.0, 560_000.0);
    }

    @Test
    void aTextThatIsNoNameOfAModelIsRefusedWithTheField() {
        assertThatThrownBy(() -> downloads.start("../etc"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("model_id");
    }
}
