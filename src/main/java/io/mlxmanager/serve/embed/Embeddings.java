package io.mlxmanager.serve.embed;

import java.util.List;

/**
 * The vectors of one request.
 *
 * @param vectors in the order of the inputs
 * @param tokens that were read for them
 */
public record Embeddings(List<float[]> vectors, int tokens) {

    public Embeddings {
        vectors = List.copyOf(vectors);
    }
}
