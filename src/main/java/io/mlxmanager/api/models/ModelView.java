package io.mlxmanager.api.models;

import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.manage.catalog.ModelCharacteristics;
import io.mlxmanager.manage.hub.HubModel;
import io.mlxmanager.manage.profile.ModelType;
import io.mlxmanager.serve.fit.Fit;
import io.mlxmanager.serve.fit.FitCheck;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Models as clients see them. Gigabytes are 10^9 bytes. */
final class ModelView {

    private static final double GIGABYTE = 1e9;

    private ModelView() {}

    /** A model on this machine. */
    static JsonObjectBuilder local(CatalogModel model, long bytes, Optional<ModelCharacteristics> characteristics) {
        JsonObjectBuilder view = Json.createObjectBuilder()
                .add("model_id", model.id())
                .add("repo_id", model.id())
                .add("local_path", model.folder().toString())
                .add("source", model.source().name().toLowerCase(Locale.ROOT))
                .add("size_bytes", bytes)
                .add("size_gb", bytes / GIGABYTE)
                .add("downloaded_at", model.added().toString());
        text(
                view,
                "type",
                characteristics.map(known ->
                        ModelType.of(known.config(), model.folder(), model.id()).word()));
        Optional<String> reason = characteristics.flatMap(known -> FitCheck.whyUnsupported(known.config()));
        view.add("supported", characteristics.isPresent() && reason.isEmpty());
        characteristics
                .map(ModelView::characteristics)
                .ifPresentOrElse(shown -> view.add("characteristics", shown), () -> view.addNull("characteristics"));
        return view;
    }

    /** A hit of a search on the hub. */
    static JsonObject hit(HubModel model, boolean downloaded) {
        JsonArrayBuilder tags = Json.createArrayBuilder();
        model.tags().forEach(tags::add);
        JsonObjectBuilder view = Json.createObjectBuilder()
                .add("model_id", model.id())
                .add("author", model.author())
                .add("downloads", model.downloads())
                .add("likes", model.likes());
        if (model.bytes().isPresent()) {
            view.add("estimated_size_gb", model.bytes().getAsLong() / GIGABYTE)
                    .add("estimated_size_bytes", model.bytes().getAsLong());
        } else {
            view.addNull("estimated_size_gb").addNull("estimated_size_bytes");
        }
        view.add("tags", tags)
                .add("is_downloaded", downloaded)
                .add("last_modified", model.lastModified())
                .add("gated", model.gated());
        model.config()
                .filter(config -> config.containsKey("model_type"))
                .ifPresentOrElse(
                        config -> view.add(
                                "supported", FitCheck.whyUnsupported(config).isEmpty()),
                        () -> view.addNull("supported"));
        return view.build();
    }

    /** What config.json says; null where it says nothing. */
    static JsonObject characteristics(ModelCharacteristics model) {
        JsonObjectBuilder view = Json.createObjectBuilder();
        text(view, "model_type", model.modelType());
        text(view, "architecture_family", model.modelType());
        for (String field : new String[] {
            "max_position_embeddings",
            "num_hidden_layers",
            "hidden_size",
            "vocab_size",
            "num_attention_heads",
            "num_key_value_heads"
        }) {
            number(view, field, model.number(field));
        }
        number(view, "quantization_bits", model.quantization("bits"));
        number(view, "quantization_group_size", model.quantization("group_size"));
        view.add("is_multimodal", model.multimodalType().isPresent());
        text(view, "multimodal_type", model.multimodalType());
        model.useCache().ifPresentOrElse(cache -> view.add("use_cache", cache), () -> view.addNull("use_cache"));
        return view.build();
    }

    static JsonObject fit(String modelId, Fit fit, boolean here) {
        JsonObjectBuilder view = Json.createObjectBuilder()
                .add("model_id", modelId)
                .add("is_downloaded", here)
                .add("supported", fit.supported());
        text(view, "reason", Optional.of(fit.reason()).filter(reason -> !reason.isEmpty()));
        text(view, "model_type", Optional.of(fit.modelType()).filter(type -> !type.isEmpty()));
        JsonArrayBuilder ignored = Json.createArrayBuilder();
        fit.ignoredParts().forEach(ignored::add);
        view.add("ignored_parts", ignored);
        return view.add("weight_bytes", fit.weightBytes())
                .add("kv_bytes_per_token", kvBytes(fit))
                .add("context_length", fit.contextLength())
                .add("room_bytes", fit.roomBytes())
                .add("longest_context", fit.longestContext())
                .add("fits", fit.fits())
                .build();
    }

    private static JsonObjectBuilder kvBytes(Fit fit) {
        JsonObjectBuilder bytes = Json.createObjectBuilder();
        fit.kvBytes().forEach(bytes::add);
        return bytes.add("total", fit.kvBytesPerToken());
    }

    private static void text(JsonObjectBuilder view, String field, Optional<String> value) {
        value.ifPresentOrElse(text -> view.add(field, text), () -> view.addNull(field));
    }

    private static void number(JsonObjectBuilder view, String field, OptionalLong value) {
        value.ifPresentOrElse(number -> view.add(field, number), () -> view.addNull(field));
    }
}
