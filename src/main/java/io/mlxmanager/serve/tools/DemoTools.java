package io.mlxmanager.serve.tools;

import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All demo tools, by name. Any thread. */
@ApplicationScoped
public class DemoTools {

    private final Map<String, DemoTool> tools = new LinkedHashMap<>();

    /** For the container's proxy. */
    protected DemoTools() {}

    @Inject
    public DemoTools(ModelRouter router) {
        this(List.of(
                new Calculator(), new WeatherStandIn(), new CityClock(Clock.systemUTC()), new ModelSearch(router)));
    }

    DemoTools(List<DemoTool> tools) {
        tools.forEach(tool -> this.tools.put(tool.name(), tool));
    }

    /** Each as {@code {"type":"function","function":{name, description, parameters}}}. */
    public List<JsonObject> declarations() {
        return tools.values().stream().map(DemoTools::declaration).toList();
    }

    /** The tool's result, or {@code {"error": …}} with what was wrong; never fails because of what a model wrote. */
    public JsonObject execute(String name, JsonFields arguments) {
        DemoTool tool = tools.get(name);
        if (tool == null) {
            return error("there is no tool named '" + name + "'; there are " + String.join(", ", tools.keySet()));
        }
        try {
            return tool.run(arguments).build();
        } catch (ToolFailure | InvalidInput e) {
            return error(e.getMessage());
        }
    }

    private static JsonObject error(String message) {
        return Json.createObjectBuilder().add("error", message).build();
    }

    private static JsonObject declaration(DemoTool tool) {
        return Json.createObjectBuilder()
                .add("type", "function")
                .add(
                        "function",
                        Json.createObjectBuilder()
                                .add("name", tool.name())
                                .add("description", tool.description())
                                .add("parameters", tool.parameters()))
                .build();
    }
}
