package io.mlxmanager.serve.generate;

/**
 * What one model is doing, counted.
 *
 * @param waiting requests that the engine has not begun: they wait for the model, for room or for a place in its batch
 * @param running requests whose prompt is being read or answered
 * @param tokens generated since the server started
 */
public record Traffic(int waiting, int running, long tokens) {

    public static final Traffic NONE = new Traffic(0, 0, 0);
}
