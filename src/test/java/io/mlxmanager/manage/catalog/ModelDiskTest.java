package io.mlxmanager.manage.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.manage.catalog.CatalogModel.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelDiskTest {

    @TempDir
    Path folder;

    private final ModelDisk disk = new ModelDisk(null);

    private static Path model(Path place) throws IOException {
        Files.createDirectories(place);
        for (String name : List.of("config.json", "tokenizer.json", "model.safetensors")) {
            Files.writeString(place.resolve(name), name);
        }
        return place;
    }

    private static CatalogModel found(Path place, Source source) {
        return new CatalogModel("ada/notes", place, source, Instant.EPOCH);
    }

    @Test
    void aModelOfOursGoesWithItsFolderAndTheLastOneWithItsOwners() throws IOException {
        Path place = model(folder.resolve("models/ada/notes"));

        disk.delete(found(place, Source.HOME));

        assertThat(folder.resolve("models/ada")).doesNotExist();
        assertThat(folder.resolve("models")).exists();
    }

    @Test
    void ofALinkOnlyTheLinkGoes() throws IOException {
        Path elsewhere = model(folder.resolve("elsewhere"));
        Files.createDirectories(folder.resolve("models/ada"));
        Path link = Files.createSymbolicLink(folder.resolve("models/ada/notes"), elsewhere);

        disk.delete(found(link, Source.HOME));

        assertThat(link).doesNotExist();
        assertThat(elsewhere).isDirectoryContaining("glob:**/config.json");
    }

    @Test
    void linksInsideAModelLeadNowhere() throws IOException {
        Path elsewhere = model(folder.resolve("elsewhere"));
        Path place = model(folder.resolve("models/ada/notes"));
        Files.createSymbolicLink(place.resolve("again"), place);
        Files.createSymbolicLink(place.resolve("out"), elsewhere);

        disk.delete(found(place, Source.HOME));

        assertThat(place).doesNotExist();
        assertThat(elsewhere.resolve("config.json")).exists();
    }

    @Test
    void ofARepositoryInTheSharedCacheThatIsALinkOnlyTheLinkGoes() throws IOException {
        Path repository = folder.resolve("elsewhere");
        model(repository.resolve("snapshots/abcdef"));
        Files.createDirectories(repository.resolve("refs"));
        Files.writeString(repository.resolve("refs/main"), "abcdef");
        Path link = Files.createSymbolicLink(folder.resolve("models--ada--notes"), repository);

        disk.delete(found(link.resolve("snapshots/abcdef"), Source.HUB_CACHE));

        assertThat(link).doesNotExist();
        assertThat(repository.resolve("refs/main")).exists();

        disk.delete(found(repository.resolve("snapshots/abcdef"), Source.HUB_CACHE));

        assertThat(repository).doesNotExist();
    }
}
