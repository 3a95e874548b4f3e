package io.mlxmanager.chat;

import java.util.OptionalInt;

/** What a caller wants a model to do. */
public sealed interface AnswerRequest permits ChatRequest, TextRequest {

    /** The name the caller used: a model id or a profile. */
    String model();

    /** How long the model stays in memory after the answer, negative for ever; empty leaves it to profile and server. */
    OptionalInt keepAliveSeconds();
}
