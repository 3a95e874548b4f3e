package io.mlxmanager.manage.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.manage.catalog.ModelId;
import io.mlxmanager.manage.hub.HubFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private PartialBlob open() throws IOException {
        return new PartialBlob(folder, FILE, 4);
    }

    @Test
    void partsComeInAnyOrderAndAreKnownAgain() throws IOException {
        try (PartialBlob blob = open()) {
            assertThat(blob.parts()).isEqualTo(3);
            assertThat(blob.length(2)).isEqualTo(2);
            blob.append(2, "ij".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2);
            blob.append(0, "ab".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2);
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
            blob.append(2, "ij".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2);
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
        try (PartialBlob blob = open()) {
            blob.append(0, "abcd".getBytes(java.nio.charset.StandardCharsets.UTF_8), 4);
            blob.append(1, "efgh".getBytes(java.nio.charset.StandardCharsets.UTF_8), 4);
            blob.append(2, "ij".getBytes(java.nio.charset.StandardCharsets.UTF_8), 2);
            assertThat(blob.hash(() -> false)).isEqualTo(FILE.etag());
            blob.publish();
        }
        assertThat(folder.holds(FILE)).isTrue();
        assertThat(folder.blob(FILE)).hasContent("abcdefghij");
        assertThat(folder.partial(FILE)).doesNotExist();
        assertThat(folder.ledger(FILE)).doesNotExist();
    }
}
