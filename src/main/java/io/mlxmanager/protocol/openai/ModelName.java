package io.mlxmanager.protocol.openai;

import io.mlxmanager.protocol.Fields;

/** Reads the name of the model, which every request has. Stateless. */
final class ModelName {

    private static final int LONGEST = 512;

    private ModelName() {}

    static String read(Fields fields) {
        String model = fields.requiredString("model");
        if (model.length() > LONGEST) {
            throw fields.invalid("model", "is longer than " + LONGEST + " characters.");
        }
        return model;
    }
}
