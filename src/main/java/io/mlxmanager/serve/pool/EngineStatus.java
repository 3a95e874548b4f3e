package io.mlxmanager.serve.pool;

/**
 * Whether models can run here.
 *
 * @param state of the local engine
 * @param message one sentence for people
 * @param backend {@code mlx}, {@code cpu} or {@code none}
 * @param version of the back end
 * @param isa instruction set in use
 * @param device what it computes on
 */
public record EngineStatus(State state, String message, String backend, String version, String isa, String device) {

    /** Life of the local engine. */
    public enum State {
        PREPARING,
        READY,
        NONE
    }

    static EngineStatus preparing(String message) {
        return new EngineStatus(State.PREPARING, message, "none", "", "", "");
    }

    static EngineStatus ready(String backend, String version, String isa, String device) {
        return new EngineStatus(State.READY, "The local engine is ready", backend, version, isa, device);
    }

    static EngineStatus none(String reason) {
        return new EngineStatus(State.NONE, reason, "none", "", "", "");
    }
}
