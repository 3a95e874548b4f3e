package io.mlxmanager.manage.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialBlobTest {

    /** As `git hash-object` has it of the ten bytes abcdefghij. */
    private static final HubFile FILE = new HubFile("a", 10, "c76a96421b967235e3e3c307c8fe4ff16fbef402", false);

    @TempDir
    Path home;

    private CacheFolder folder;

    @BeforeEach
    void create() throws IOException {
        folder = new CacheFolder(home, ModelId.parse("a/b").orElseThrow());
        folder.create();
    }

    private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(3);

    private PartialBlob open() throws IOException {
        return new PartialBlob(folder, FILE, 4);
    }

    @Test
    void partsComeInAnyOrderAndAreKnownAgain() throws IOException {
        try (PartialBlob blob = open()) {
            assertThat(blob.parts()).isEqualTo(3);
            assertThat(blob.length(2)).isEqualTo(2);
            blob.append(2, "ij".getBytes(StandardCharsets.UTF_8), 2);
            blob.append(0, "ab".getBytes(StandardCharsets.UTF_8), 2);
        }
        try (PartialBlob blob = open()) {
            assertThat(blob.done(0)).isEqualTo(2);
            assertThat(blob.done(1)).isZero();
            assertThat(blob.complete(2)).isTrue();
            assertThat(blob.doneBytes()).isEqualTo(4);
        }
    }

    @Test
    void aLedgerThatSaysMoreThanThereIsIsNotBelieved() throws IOException {
        try (PartialBlob blob = open()) {
            blob.append(2, "ij".getBytes(StandardCharsets.UTF_8), 2);
        }
        Files.write(folder.partial(FILE), new byte[5]);
        try (PartialBlob blob = open()) {
            assertThat(blob.complete(2)).isFalse();
        }
    }

    @Test
    void aLedgerOfAnotherFileOrOfNonsenseIsBegunAnew() throws IOException {
        Files.writeString(folder.ledger(FILE), "nonsense, and long enough to hold a header and more");
        try (PartialBlob blob = open()) {
            assertThat(blob.doneBytes()).isZero();
            assertThat(blob.parts()).isEqualTo(3);
        }
    }

    @Test
    void nobodyElseMayWriteMeanwhile() throws IOException {
        try (PartialBlob blob = open()) {
            assertThat(blob.doneBytes()).isZero();
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("already");
        }
    }

    @Test
    void aVerifiedFileGetsItsNameAndLeavesNothingBeside() throws IOException {
        try (FileFetch fetch = new FileFetch(open())) {
            assertThat(fetch.missing()).containsExactly(0, 1, 2);
            put(fetch, 2, "ij");
            assertThat(fetch.check(BUFFER)).as("nothing at the beginning yet").isEqualTo(FileFetch.Check.IDLE);
            put(fetch, 0, "abcd");
            assertThat(fetch.check(BUFFER)).isEqualTo(FileFetch.Check.MOVED);
            assertThat(fetch.check(BUFFER)).isEqualTo(FileFetch.Check.IDLE);
            put(fetch, 1, "efgh");
            assertThat(fetch.check(BUFFER)).isEqualTo(FileFetch.Check.RIGHT);
            assertThat(fetch.complete()).isTrue();
        }
        assertThat(folder.holds(FILE)).isTrue();
        assertThat(folder.blob(FILE)).hasContent("abcdefghij");
        assertThat(folder.partial(FILE)).doesNotExist();
        assertThat(folder.ledger(FILE)).doesNotExist();
    }

    @Test
    void aWrongFileIsForgottenOnceAndThenGivenUpWithBothHashes() throws IOException {
        try (FileFetch fetch = new FileFetch(open())) {
            for (FileFetch.Check expected : List.of(FileFetch.Check.WRONG, FileFetch.Check.RIGHT)) {
                assertThat(fetch.missing()).hasSize(3);
                put(fetch, 0, "abcd");
                put(fetch, 1, expected == FileFetch.Check.RIGHT ? "efgh" : "eFgh");
                put(fetch, 2, "ij");
                assertThat(fetch.check(BUFFER)).isEqualTo(expected);
            }
        }
        Files.delete(folder.blob(FILE));
        try (FileFetch fetch = new FileFetch(open())) {
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThat(fetch.missing()).hasSize(3);
                put(fetch, 0, "abcd");
                put(fetch, 1, "eFgh");
                put(fetch, 2, "ij");
                if (attempt == 0) {
                    assertThat(fetch.check(BUFFER)).isEqualTo(FileFetch.Check.WRONG);
                }
            }
            assertThatThrownBy(() -> fetch.check(BUFFER))
                    .isInstanceOf(DownloadFailed.class)
                    .hasMessageContaining(FILE.path())
                    .hasMessageContaining(FILE.etag());
            assertThat(fetch.doneBytes()).isZero();
        }
    }

    private static void put(FileFetch fetch, int part, String text) throws IOException {
        fetch.blob().append(part, text.getBytes(StandardCharsets.UTF_8), text.length());
        fetch.fetched();
    }
}
