package io.mlxmanager.serve.pool;

/**
 * A model in memory, as the public sees it. A snapshot: never blocks, never loads.
 *
 * @param id as clients name it
 * @param state where it stands
 * @param percent of its weights that were read
 * @param bytes counted against the memory limit
 * @param running requests that use it now
 * @param modelType family, as config.json names it
 * @param contextLength most positions it was made for
 * @param pinned whether it stays until it is told to go
 */
public record LoadedModel(
        String id,
        ModelState state,
        int percent,
        long bytes,
        int running,
        String modelType,
        int contextLength,
        boolean pinned) {}
