package io.mlxmanager.serve.pool;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The end of an engine in a process of its own that nobody had asked for.
 *
 * @param reason one sentence for people, without its full stop
 * @param model the folder of the model that was worked on, if there was work
 */
record EngineLoss(String reason, Optional<Path> model) {}
