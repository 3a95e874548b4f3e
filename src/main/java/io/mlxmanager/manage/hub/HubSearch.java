package io.mlxmanager.manage.hub;

import io.mlxmanager.manage.catalog.ModelId;
import jakarta.json.Json;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Search for MLX models on the hub, most downloaded first. Any thread; blocks until the hub has answered. */
public final class HubSearch {

    private static final List<String> FIELDS = List.of(
            "author", "downloads", "likes", "tags", "lastModified", "gated", "config", "safetensors", "usedStorage");
    private static final Pattern NEXT = Pattern.compile("<([^>]*)>\\s*;\\s*rel=\"next\"");
    private static final Pattern CURSOR = Pattern.compile("[?&]cursor=([^&]*)");
    private static final int MOST_PAGES = 5;

    private final HubEndpoint hub;

    public HubSearch(HubEndpoint hub) {
        this.hub = hub;
    }

    /**
     * What is looked for.
     *
     * @param text part of the name
     * @param author only models of that owner
     * @param maxBytes only models whose size is known, or estimated, to be at most this
     * @param limit most hits of a page
     * @param cursor where a former page ended
     */
    public record Query(
            String text, Optional<String> author, OptionalLong maxBytes, int limit, Optional<String> cursor) {}

    /**
     * @param cursor for the next page; empty at the end
     */
    public record Page(List<HubModel> models, Optional<String> cursor) {}

    /**
     * One page of hits. With a size filter several pages of the hub make one of ours.
     *
     * @throws HubProblem saying why the hub gave no answer
     */
    public Page find(Query query) {
        List<HubModel> hits = new ArrayList<>();
        Optional<String> cursor = query.cursor();
        for (int page = 0; page < MOST_PAGES; page++) {
            // No more than there is room for: what a page of the hub held too much would be lost behind its cursor.
            Page found = page(query, cursor, query.limit() - hits.size());
            found.models().stream().filter(model -> fits(model, query)).forEach(hits::add);
            cursor = found.cursor();
            if (cursor.isEmpty() || hits.size() >= query.limit()) {
                break;
            }
        }
        return new Page(hits, cursor);
    }

    private static boolean fits(HubModel model, Query query) {
        return query.maxBytes().isEmpty()
                || model.bytes().orElse(Long.MAX_VALUE) <= query.maxBytes().getAsLong();
    }

    private Page page(Query query, Optional<String> cursor, int limit) {
        StringBuilder path = new StringBuilder("/api/models?filter=mlx&sort=downloads&direction=-1")
                .append("&limit=")
                .append(limit)
                .append("&search=")
                .append(encode(query.text()));
        query.author().ifPresent(author -> path.append("&author=").append(encode(author)));
        cursor.ifPresent(at -> path.append("&cursor=").append(encode(at)));
        FIELDS.forEach(field -> path.append("&expand%5B%5D=").append(field));
        String what = "the search";
        String json;
        Optional<String> next;
        try (HubEndpoint.Opened opened = hub.open(hub.uri(path.toString()), "", what)) {
            next = opened.response().headers().firstValue("Link").flatMap(HubSearch::cursor);
            json = hub.text(opened, what);
        } catch (IOException e) {
            throw hub.failure(e);
        }
        try {
            return new Page(models(json), next);
        } catch (RuntimeException e) {
            // The parser tells of too deep nesting by a bare one.
            throw HubProblem.invalidAnswer(hub.host(), what, e);
        }
    }

    private static List<HubModel> models(String json) {
        try (JsonReader reader = Json.createReader(new StringReader(json))) {
            List<HubModel> models = new ArrayList<>();
            for (JsonValue entry : reader.readArray()) {
                model(entry.asJsonObject()).ifPresent(models::add);
            }
            return models;
        }
    }

    /** Old models of the hub without an owner are no names for this server. */
    private static Optional<HubModel> model(JsonObject entry) {
        String id = entry.getString("id", entry.getString("modelId", ""));
        if (ModelId.parse(id).isEmpty()) {
            return Optional.empty();
        }
        JsonValue gated = entry.getOrDefault("gated", JsonValue.FALSE);
        return Optional.of(new HubModel(
                id,
                count(entry, "downloads"),
                count(entry, "likes"),
                SizeEstimate.of(id, entry),
                tags(entry),
                entry.getString("lastModified", ""),
                gated != JsonValue.FALSE && gated != JsonValue.NULL,
                entry.get("config") instanceof JsonObject config ? Optional.of(config) : Optional.empty()));
    }

    private static List<String> tags(JsonObject entry) {
        return entry.get("tags") == null
                ? List.of()
                : entry.getJsonArray("tags").stream()
                        .filter(JsonString.class::isInstance)
                        .map(tag -> ((JsonString) tag).getString())
                        .toList();
    }

    private static long count(JsonObject entry, String field) {
        return entry.get(field) instanceof JsonNumber number ? number.longValue() : 0;
    }

    private static Optional<String> cursor(String link) {
        Matcher next = NEXT.matcher(link);
        if (!next.find()) {
            return Optional.empty();
        }
        Matcher cursor = CURSOR.matcher(next.group(1));
        return cursor.find()
                ? Optional.of(URLDecoder.decode(cursor.group(1), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
