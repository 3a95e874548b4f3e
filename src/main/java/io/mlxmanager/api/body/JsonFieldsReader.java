package io.mlxmanager.api.body;

import io.mlxmanager.base.json.JsonFields;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.MessageBodyReader;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;

/** Lets a resource method take its body as {@link JsonFields}. */
@Provider
@Consumes(MediaType.APPLICATION_JSON)
public final class JsonFieldsReader implements MessageBodyReader<JsonFields> {

    @Override
    public boolean isReadable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == JsonFields.class;
    }

    @Override
    public JsonFields readFrom(
            Class<JsonFields> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, String> headers,
            InputStream body) {
        return JsonFields.parse(body);
    }
}
