package io.mlxmanager.serve.tools;

import io.mlxmanager.base.json.JsonFields;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;

/** A function that a model may call. Any thread. */
interface DemoTool {

    String name();

    /** One sentence for the model. */
    String description();

    /** JSON Schema of the arguments, an object with {@code properties} and {@code required}. */
    JsonObject parameters();

    /**
     * Does it.
     *
     * @throws ToolFailure with a sentence that tells the model what to do otherwise
     * @throws io.mlxmanager.base.problem.InvalidInput when arguments are missing, wrong or unknown
     */
    JsonObjectBuilder run(JsonFields arguments);
}
