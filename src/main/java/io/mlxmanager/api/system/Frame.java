package io.mlxmanager.api.system;

import jakarta.json.JsonValue;

/** One event of the stream: its name and its data. */
record Frame(String name, String data) {

    static Frame of(String name, JsonValue data) {
        return new Frame(name, data.toString());
    }
}
