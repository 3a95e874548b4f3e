package io.mlxmanager.it;

import jakarta.json.Json;

/** A question to the starter model, or a copy of it, whose answer is as long as it may be. */
final class LongStory {

    private LongStory() {}

    /** @param most tokens of the answer */
    static String question(String model, boolean stream, int most) {
        return Json.createObjectBuilder()
                .add("model", model)
                .add("stream", stream)
                .add("temperature", 2)
                .add("max_tokens", most)
                // The tokens that end an answer: each shall take as long as the others.
                .add("logit_bias", Json.createObjectBuilder().add("2039", -100).add("2041", -100))
                .add(
                        "messages",
                        Json.createArrayBuilder()
                                .add(Json.createObjectBuilder()
                                        .add("role", "user")
                                        .add("content", "Write a long story.")))
                .build()
                .toString();
    }
}
