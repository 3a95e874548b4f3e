package io.mlxmanager.serve.queue;

import java.time.Duration;

/**
 * The queue of one model at a moment.
 *
 * @param requests that the engine has not begun with
 * @param longestWait how long the first of them has waited until now
 */
public record QueueLength(int requests, Duration longestWait) {}
