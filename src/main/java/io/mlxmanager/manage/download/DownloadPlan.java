package io.mlxmanager.manage.download;

import io.mlxmanager.manage.hub.HubFile;
import io.mlxmanager.manage.hub.HubRevision;
import java.util.List;
import java.util.Locale;

/**
 * What is to be fetched of a revision.
 *
 * @param files by path; weights in formats that are not MLX's are left out
 */
record DownloadPlan(HubRevision revision, List<HubFile> files) {

    private static final List<String> FOREIGN_WEIGHTS =
            List.of(".bin", ".pt", ".pth", ".gguf", ".onnx", ".h5", ".msgpack", ".ot", ".tflite", ".mlmodel", ".ckpt");

    static DownloadPlan of(HubRevision revision) {
        return new DownloadPlan(
                revision,
                revision.files().stream().filter(file -> !foreign(file.path())).toList());
    }

    long bytes() {
        return files.stream().mapToLong(HubFile::size).sum();
    }

    private static boolean foreign(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        return FOREIGN_WEIGHTS.stream().anyMatch(lower::endsWith);
    }
}
