package io.mlxmanager.mlx;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A file of weights mapped read-only into memory. Arrays made from it are views of the mapping and keep it alive after
 * {@link #close()}. Knows nothing of file formats: the caller says where each array lies, and the place is checked against
 * the file.
 */
public final class WeightFile implements AutoCloseable {

    private final Path path;
    private final NativeResource resource;

    private WeightFile(Path path, long handle) {
        this.path = path;
        this.resource = new NativeResource("weight file " + path, handle);
    }

    /**
     * Maps a file.
     *
     * @throws MlxException if it cannot be opened or is not a regular file
     */
    public static WeightFile map(Path path) {
        NativeLoader.requireLoaded();
        byte[] name = path.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8);
        return new WeightFile(path, MlxNative.fileMap(name));
    }

    /** Length of the file in bytes, as it was when mapped. */
    public long size() {
        return MlxNative.fileSize(resource.handle());
    }

    /**
     * An array over a part of the file. It is a view when the offset suits the dtype's alignment, else a copy. Belongs to
     * the innermost scope like any result; {@link MlxArray#keep()} it to hold weights longer.
     *
     * @param nameForErrors the tensor's name, for messages
     * @param offset of the first byte, from the start of the file
     * @throws MlxException if any byte of it would lie outside the file
     */
    public MlxArray array(String nameForErrors, Dtype dtype, int[] shape, long offset) {
        MlxScope scope = MlxScope.current();
        try {
            return scope.own(MlxNative.fileArray(resource.handle(), dtype.code(), shape, offset));
        } catch (MlxException e) {
            throw new MlxException(path.getFileName() + ": tensor " + nameForErrors + ": " + e.getMessage(), e);
        }
    }

    /** Lets go of the mapping; arrays made from it stay valid. Closing twice does nothing. */
    @Override
    public void close() {
        long live = resource.surrender();
        if (live != 0) {
            MlxNative.fileFree(live);
        }
    }
}
