package io.mlxmanager.mlx;

/** What runs beneath the arrays, its switches and its memory figures. Every call needs a loaded library. */
public final class MlxRuntime {

    private MlxRuntime() {}

    /** {@code cpu} or {@code mlx}. */
    public static String backend() {
        return text(Info.BACKEND);
    }

    /** Version of the back end: of MLX, or of the native sources of this product. */
    public static String version() {
        return text(Info.VERSION);
    }

    /** The processor or GPU that computes, as it names itself. */
    public static String device() {
        return text(Info.DEVICE);
    }

    /** The instruction set in use: {@code scalar}, {@code avx2}, {@code avx512}, {@code amx}, {@code neon}, {@code neondot}; or {@code metal} etc. */
    public static String isa() {
        return text(Info.ISA);
    }

    /**
     * Chooses a lower instruction set (cpu back end only).
     *
     * @param name {@code scalar}, {@code avx2}, {@code avx512}, {@code amx}, {@code neon}, {@code neondot}, or {@code auto} for the best there is
     * @throws MlxException if this machine does not have it
     */
    public static void isa(String name) {
        NativeLoader.requireLoaded();
        MlxNative.setIsa(name);
    }

    /** Threads that compute, the caller included. */
    public static int threads() {
        NativeLoader.requireLoaded();
        return MlxNative.threads();
    }

    /** Sets the number of threads that compute; 0 for one per physical core. Must not be called while an operation runs. */
    public static void threads(int count) {
        NativeLoader.requireLoaded();
        MlxNative.setThreads(count);
    }

    /** True if quantised products use float32 activations instead of eight-bit ones. */
    public static boolean exact() {
        NativeLoader.requireLoaded();
        return MlxNative.exact();
    }

    /** Switches quantised products between float32 activations (true: slower, exact) and eight-bit ones. */
    public static void exact(boolean exact) {
        NativeLoader.requireLoaded();
        MlxNative.setExact(exact);
    }

    /** A number that grows while operations are done, on whatever thread; what it is says nothing. */
    public static long operations() {
        return MlxScope.results();
    }

    /** Bytes held by arrays and stores now; mapped files are not counted. */
    public static long activeBytes() {
        return memory(Memory.ACTIVE);
    }

    /** The largest {@link #activeBytes()} since start or {@link #resetPeak()}. */
    public static long peakBytes() {
        return memory(Memory.PEAK);
    }

    /** Bytes kept for reuse. */
    public static long cacheBytes() {
        return memory(Memory.CACHE);
    }

    /** Bytes beyond which an allocation is refused with {@link MlxException}. */
    public static long limitBytes() {
        return memory(Memory.LIMIT);
    }

    /** Sets {@link #limitBytes()}; 0 restores the default, nine tenths of the machine's memory. */
    public static void limitBytes(long limit) {
        NativeLoader.requireLoaded();
        MlxNative.setMemoryLimit(limit);
    }

    public static void resetPeak() {
        NativeLoader.requireLoaded();
        MlxNative.resetPeak();
    }

    /** Gives memory kept for reuse back to the system. */
    public static void clearCache() {
        NativeLoader.requireLoaded();
        MlxNative.clearCache();
    }

    private static String text(Info info) {
        NativeLoader.requireLoaded();
        return MlxNative.info(info.ordinal());
    }

    private static long memory(Memory figure) {
        NativeLoader.requireLoaded();
        return MlxNative.memory(figure.ordinal());
    }

    /** Codes of the texts {@link MlxNative#info} gives. */
    private enum Info {
        BACKEND,
        VERSION,
        DEVICE,
        ISA
    }

    /** Codes of the figures {@link MlxNative#memory} gives. */
    private enum Memory {
        ACTIVE,
        PEAK,
        CACHE,
        LIMIT
    }
}
