package io.mlxmanager.engine.arch.decoder;

/**
 * Attention whose keys and values are made from one small vector for each position, which is what the cache holds.
 *
 * @param queryRank features of the vector that queries are made from; 0 when they come from the stream
 * @param keyRank features of the vector that keys and values are made from
 * @param plainDim elements of a head's key that positions do not turn
 * @param turnedDim elements that they do; all heads share those of a key
 * @param valueDim elements of a head's value
 * @param normEps of the norms on the two vectors
 */
public record LatentPlan(int queryRank, int keyRank, int plainDim, int turnedDim, int valueDim, float normEps) {

    /** Elements of a head's query. */
    public int queryDim() {
        return plainDim + turnedDim;
    }
}
