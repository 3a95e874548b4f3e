package io.mlxmanager.serve.tools;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.manage.catalog.CatalogModel;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.List;
import java.util.Locale;

/** Search by name among the models that this server can run. */
final class ModelSearch implements DemoTool {

    private static final int MAX_QUERY = 200;
    private static final int MAX_LIMIT = 50;
    private static final int USUAL_LIMIT = 5;

    private final ModelRouter router;

    ModelSearch(ModelRouter router) {
        this.router = router;
    }

    @Override
    public String name() {
        return "search_models";
    }

    @Override
    public String description() {
        return "Search the models on this server.";
    }

    @Override
    public JsonObject parameters() {
        return new ToolSchema()
                .required("query", "string", "Part of the model's name")
                .optional("limit", "integer", "How many at most")
                .build();
    }

    @Override
    public JsonObjectBuilder run(JsonFields arguments) {
        String query = arguments.requiredString("query", MAX_QUERY).strip().toLowerCase(Locale.ROOT);
        int limit = arguments.optionalInt("limit", 1, MAX_LIMIT).orElse(USUAL_LIMIT);
        arguments.end();
        List<CatalogModel> found = router.available().stream()
                .filter(model -> model.id().toLowerCase(Locale.ROOT).contains(query))
                .toList();
        JsonArrayBuilder models = Json.createArrayBuilder();
        found.stream().limit(limit).forEach(model -> models.add(model.id()));
        return Json.createObjectBuilder().add("models", models).add("total", found.size());
    }
}
