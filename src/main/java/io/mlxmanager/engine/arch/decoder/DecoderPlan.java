package io.mlxmanager.engine.arch.decoder;

import io.mlxmanager.engine.arch.KvKind;
import io.mlxmanager.engine.arch.KvRows;
import io.mlxmanager.engine.arch.decoder.LayerPlan.HeadPlan;
import io.mlxmanager.engine.weights.JsonFile;
import io.mlxmanager.engine.weights.ModelFormatException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a decoder is made of. Made by {@link #builder}, which begins with a llama: norms before attention and before the
 * feed-forward part, grouped queries, gated SiLU, no biases.
 *
 * @param modelType family, as config.json names it
 * @param layerPlans one per layer
 * @param attentionScale factor on the scores
 * @param attentionCap scores are pressed between plus and minus this; 0 leaves them
 * @param sinks whether each head has a score that takes part in attention without a value
 * @param unitValues whether values are normed, without weights
 * @param growth by which late queries grow; null for none
 * @param latent sizes of latent attention; null for attention with keys and values of its own for each head
 * @param embeddingScale factor on the token vectors
 * @param residualScale factor on what a part adds to the stream
 * @param logitScale factor on the logits
 * @param logitCap logits are pressed between plus and minus this; 0 leaves them
 * @param parallel whether attention and feed-forward part read the same normed stream
 * @param norms names of the norms around the two parts
 * @param layerInputs features of what each layer reads of the tokens themselves; 0 for none
 * @param layerScale whether a layer ends with a factor on the stream
 */
public record DecoderPlan(
        String modelType,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int vocabulary,
        int context,
        float normEps,
        boolean tied,
        List<LayerPlan> layerPlans,
        double attentionScale,
        double attentionCap,
        boolean sinks,
        boolean unitValues,
        QueryGrowth growth,
        LatentPlan latent,
        double embeddingScale,
        double residualScale,
        double logitScale,
        double logitCap,
        boolean queryBias,
        boolean outputBias,
        boolean feedForwardBias,
        boolean fusedQueries,
        boolean fusedGate,
        HeadNorm headNorm,
        NormKind normKind,
        Activation activation,
        boolean parallel,
        BlockNorms norms,
        int layerInputs,
        boolean layerScale) {

    private static final int MAX_LAYERS = 1024;

    /** Norms on queries and keys before they turn. */
    public enum HeadNorm {
        NONE,
        EACH_HEAD,
        ALL_HEADS
    }

    /** Kinds of norms. */
    public enum NormKind {
        RMS,
        /** RMS with one plus the stored weight. */
        RMS_ONE_PLUS,
        LAYER
    }

    /** What the gate of the feed-forward part goes through. */
    public enum Activation {
        SILU,
        GELU_TANH
    }

    /**
     * Names of a block's norms; null where there is none.
     *
     * @param beforeAttention on what attention reads
     * @param afterAttention on what attention adds
     * @param beforeFeedForward on what the feed-forward part reads
     * @param afterFeedForward on what the feed-forward part adds
     */
    public record BlockNorms(
            String beforeAttention, String afterAttention, String beforeFeedForward, String afterFeedForward) {

        public static final BlockNorms BEFORE =
                new BlockNorms("input_layernorm", null, "post_attention_layernorm", null);
    }

    /**
     * Queries at position p are multiplied by {@code 1 + rate * log(1 + floor(p / span))}.
     *
     * @param span positions at the beginning that do not grow
     */
    public record QueryGrowth(double rate, int span) {

        double at(int position) {
            return 1 + rate * Math.log(1.0 + Math.floorDiv(position, span));
        }
    }

    /** Rows of keys and values for one position, by kind of layer and then by their length. */
    public Map<KvKind, List<KvRows>> kvRows() {
        Map<KvKind, Map<Integer, Long>> counts = new EnumMap<>(KvKind.class);
        for (int i = 0; i < layerPlans.size(); i++) {
            LayerPlan layer = layerPlans.get(i);
            HeadPlan heads = headsOf(i);
            if (heads.own() && layer.keepsPositions()) {
                Map<Integer, Long> ofKind = counts.computeIfAbsent(kind(layer), kind -> new TreeMap<>());
                if (latent == null) {
                    ofKind.merge(heads.headDim(), 2L * heads.kvHeads(), Long::sum);
                } else {
                    ofKind.merge(latent.keyRank() + latent.turnedDim(), 1L, Long::sum);
                }
            }
        }
        Map<KvKind, List<KvRows>> rows = new EnumMap<>(KvKind.class);
        counts.forEach((kind, byLength) -> rows.put(
                kind,
                byLength.entrySet().stream()
                        .map(entry -> new KvRows(entry.getValue(), entry.getKey()))
                        .toList()));
        return rows;
    }

    private KvKind kind(LayerPlan layer) {
        if (latent != null) {
            return KvKind.LATENT_ATTENTION;
        }
        return layer.window() > 0 ? KvKind.SLIDING_ATTENTION : KvKind.FULL_ATTENTION;
    }

    /** The heads of a layer. */
    public HeadPlan headsOf(int layer) {
        HeadPlan own = layerPlans.get(layer).heads();
        return own == null ? new HeadPlan(headDim, kvHeads, false, HeadPlan.OWN) : own;
    }

    /** A plan with what nearly all families write in config.json, and a llama's answers to the rest. */
    public static Builder builder(JsonFile config) {
        return new Builder(config);
    }

    /** A plan in the making. */
    public static final class Builder {

        private final JsonFile config;
        private final int hidden;
        private final int heads;
        private final int kvHeads;
        private final int layers;
        private int headDim;
        private float normEps;
        private boolean tied;
        private List<LayerPlan> layerPlans;
        private double attentionScale;
        private double attentionCap;
        private boolean sinks;
        private boolean unitValues;
        private int layerInputs;
        private boolean layerScale;
        private QueryGrowth growth;
        private LatentPlan latent;
        private double embeddingScale = 1;
        private double residualScale = 1;
        private double logitScale = 1;
        private double logitCap;
        private boolean queryBias;
        private boolean outputBias;
        private boolean feedForwardBias;
        private boolean fusedQueries;
        private boolean fusedGate;
        private HeadNorm headNorm = HeadNorm.NONE;
        private NormKind normKind = NormKind.RMS;
        private Activation activation = Activation.SILU;
        private boolean parallel;
        private BlockNorms norms = BlockNorms.BEFORE;

        private Builder(JsonFile config) {
            this.config = config;
            heads = config.requiredInt("num_attention_heads", 1);
            hidden = config.requiredInt("hidden_size", 1);
            kvHeads = config.optionalInt("num_key_value_heads", 1, heads);
            layers = config.requiredInt("num_hidden_layers", 1);
            if (layers > MAX_LAYERS) {
                throw new ModelFormatException(
                        config.name() + ": num_hidden_layers is " + layers + ", at most " + MAX_LAYERS);
            }
            if (heads % kvHeads != 0) {
                throw new ModelFormatException(config.name() + ": num_attention_heads " + heads
                        + " is not a multiple of num_key_value_heads " + kvHeads);
            }
            normEps = config.positiveFloat("rms_norm_eps", 1e-6f);
            headDim(config.optionalInt("head_dim", 2, hidden / heads));
        }

        public int headDim() {
            return headDim;
        }

        public int layers() {
            return layers;
        }

        public int hidden() {
            return hidden;
        }

        public Builder headDim(int size) {
            if (size < 2 || size % 2 != 0) {
                throw new ModelFormatException(config.name() + ": head_dim " + size + " is not even");
            }
            headDim = size;
            attentionScale = 1 / Math.sqrt(size);
            return this;
        }

        public Builder normEps(float eps) {
            normEps = eps;
            return this;
        }

        /** Whether the output projection is the table of token vectors, where the configuration does not say. */
        public Builder tiedUnlessSaid(boolean absent) {
            tied = config.optionalBoolean("tie_word_embeddings", absent);
            return this;
        }

        public Builder layerPlans(List<LayerPlan> plans) {
            layerPlans = List.copyOf(plans);
            return this;
        }

        /** The same for every layer. */
        public Builder everyLayer(RopePlan rope) {
            return layerPlans(Collections.nCopies(layers, new LayerPlan(rope, 0)));
        }

        public Builder attentionScale(double scale) {
            attentionScale = scale;
            return this;
        }

        public Builder attentionCap(double cap) {
            attentionCap = cap;
            return this;
        }

        public Builder sinks() {
            sinks = true;
            return this;
        }

        public Builder unitValues() {
            unitValues = true;
            return this;
        }

        /** Layers that read {@code features} of the tokens themselves, and end with a factor. */
        public Builder layerInputs(int features, boolean scale) {
            layerInputs = features;
            layerScale = scale;
            return this;
        }

        public Builder growth(QueryGrowth rule) {
            growth = rule;
            return this;
        }

        public Builder latent(LatentPlan sizes) {
            latent = sizes;
            return this;
        }

        public Builder embeddingScale(double scale) {
            embeddingScale = scale;
            return this;
        }

        public Builder residualScale(double scale) {
            residualScale = scale;
            return this;
        }

        public Builder logitScale(double scale) {
            logitScale = scale;
            return this;
        }

        public Builder logitCap(double cap) {
            logitCap = cap;
            return this;
        }

        public Builder biases(boolean query, boolean output, boolean feedForward) {
            queryBias = query;
            outputBias = output;
            feedForwardBias = feedForward;
            return this;
        }

        public Builder fused(boolean queries, boolean gate) {
            fusedQueries = queries;
            fusedGate = gate;
            return this;
        }

        public Builder headNorm(HeadNorm kind) {
            headNorm = kind;
            return this;
        }

        public Builder normKind(NormKind kind) {
            normKind = kind;
            return this;
        }

        public Builder activation(Activation kind) {
            activation = kind;
            return this;
        }

        public Builder parallel() {
            parallel = true;
            return this;
        }

        public Builder norms(BlockNorms names) {
            norms = names;
            return this;
        }

        public DecoderPlan build() {
            return new DecoderPlan(
                    config.requiredString("model_type"),
                    hidden,
                    heads,
                    kvHeads,
                    headDim,
                    config.requiredInt("intermediate_size", 1),
                    config.requiredInt("vocab_size", 1),
                    config.optionalInt("max_position_embeddings", 1, 32_768),
                    normEps,
                    tied,
                    layerPlans,
                    attentionScale,
                    attentionCap,
                    sinks,
                    unitValues,
                    growth,
                    latent,
                    embeddingScale,
                    residualScale,
                    logitScale,
                    logitCap,
                    queryBias,
                    outputBias,
                    feedForwardBias,
                    fusedQueries,
                    fusedGate,
                    headNorm,
                    normKind,
                    activation,
                    parallel,
                    norms,
                    layerInputs,
                    layerScale);
        }
    }
}
