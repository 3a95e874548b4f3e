package io.mlxmanager.serve.tools;

import io.mlxmanager.base.crypto.Digests;
import io.mlxmanager.base.json.JsonFields;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Weather that is invented, and says so: it shows a tool call without a weather service. The same city always has the
 * same weather.
 */
final class WeatherStandIn implements DemoTool {

    private static final int MAX_CITY = 100;
    private static final int COLDEST = -10;
    private static final int DEGREES = 46;
    private static final int DRIEST = 20;
    private static final int HUMIDITIES = 76;
    private static final List<String> CONDITIONS = List.of("sunny", "cloudy", "rainy", "windy", "foggy");

    @Override
    public String name() {
        return "get_weather";
    }

    @Override
    public String description() {
        return "Get the current weather for a city.";
    }

    @Override
    public JsonObject parameters() {
        return new ToolSchema().required("city", "string", "The city name").build();
    }

    @Override
    public JsonObjectBuilder run(JsonFields arguments) {
        String city = arguments.requiredString("city", MAX_CITY).strip();
        arguments.end();
        if (city.isEmpty()) {
            throw new ToolFailure("city: must not be blank");
        }
        byte[] dice = Digests.sha256(city.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        return Json.createObjectBuilder()
                .add("city", city)
                .add("temperature", COLDEST + Byte.toUnsignedInt(dice[0]) % DEGREES)
                .add("unit", "celsius")
                .add("condition", CONDITIONS.get(Byte.toUnsignedInt(dice[1]) % CONDITIONS.size()))
                .add("humidity", DRIEST + Byte.toUnsignedInt(dice[2]) % HUMIDITIES)
                .add("note", "invented for demonstration");
    }
}
