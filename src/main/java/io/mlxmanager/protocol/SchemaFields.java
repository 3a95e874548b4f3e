package io.mlxmanager.protocol;

import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.constraint.GrammarException;
import io.mlxmanager.chat.constraint.SchemaReader;
import io.mlxmanager.protocol.ProtocolException.Code;
import jakarta.json.JsonObject;
import java.util.function.Supplier;

/** What is wrong with a schema or grammar inside of a request, told by its full path there. */
public final class SchemaFields {

    private SchemaFields() {}

    /**
     * The grammar of a JSON Schema.
     *
     * @param path of the schema in the request
     * @throws ProtocolException naming the keyword that is wrong or not supported
     */
    public static Grammar grammar(JsonObject schema, String path) {
        return compile(path, () -> SchemaReader.read(schema));
    }

    /** Whatever {@code reader} makes; what it refuses is a fault of the field at {@code path}. */
    public static Grammar compile(String path, Supplier<Grammar> reader) {
        try {
            return reader.get();
        } catch (GrammarException e) {
            String at = e.path().isEmpty() ? path : path + "." + e.path();
            Code code = e.kind() == GrammarException.Kind.INVALID ? Code.INVALID_VALUE : Code.UNSUPPORTED_VALUE;
            throw new ProtocolException(code, at, at + " " + e.getMessage());
        }
    }
}
