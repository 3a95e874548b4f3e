package io.mlxmanager.manage.hub;

import io.mlxmanager.manage.catalog.ModelId;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The repositories of the hub: what a revision holds, and where its files are. Any thread. */
public final class HubRepository {

    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ETAG = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    private final HubEndpoint hub;

    public HubRepository(HubEndpoint hub) {
        this.hub = hub;
    }

    /**
     * Everything the hub tells about a model at a revision, sizes and hashes of its files included.
     *
     * @param revision a branch such as {@code main}, or a commit
     * @throws HubProblem when the hub gives no such answer
     */
    public JsonObject info(ModelId model, String revision) {
        JsonValue answer =
                hub.json("/api/models/" + model + "/revision/" + encode(revision) + "?blobs=true", model.toString());
        if (answer.getValueType() != JsonValue.ValueType.OBJECT) {
            throw HubProblem.invalidAnswer(hub.host(), model.toString(), null);
        }
        return answer.asJsonObject();
    }

    /** The files of a model at a revision; as {@link #info}. */
    public HubRevision revision(ModelId model, String revision) {
        return parse(model, info(model, revision));
    }

    /**
     * The config.json of a revision.
     *
     * @throws HubProblem when there is none, or the hub does not give it
     */
    public JsonObject config(HubRevision revision) {
        String what = revision.model() + "/config.json";
        JsonValue config = hub.json("/" + revision.model() + "/resolve/" + revision.commit() + "/config.json", what);
        if (config instanceof JsonObject object) {
            return object;
        }
        throw HubProblem.invalidAnswer(hub.host(), what, null);
    }

    /**
     * What its maker tells about a model, in Markdown.
     *
     * @throws HubProblem when there is none, or the hub does not give it
     */
    public String card(ModelId model) {
        return hub.document("/" + model + "/resolve/main/README.md", model + "/README.md");
    }

    /** Where the hub shows a model to people. */
    public URI page(ModelId model) {
        return hub.uri("/" + model);
    }

    /** Where a file of a revision is. */
    public URI resolve(HubRevision revision, HubFile file) {
        return hub.uri("/" + revision.model() + "/resolve/" + revision.commit() + "/" + encodePath(file.path()));
    }

    private HubRevision parse(ModelId model, JsonObject info) {
        try {
            String commit = info.getString("sha");
            if (!COMMIT.matcher(commit).matches()) {
                throw HubProblem.invalidAnswer(hub.host(), model.toString(), null);
            }
            JsonArray siblings = info.getJsonArray("siblings");
            List<HubFile> files = new ArrayList<>();
            for (JsonObject sibling : siblings.getValuesAs(JsonObject.class)) {
                files.add(file(model, sibling));
            }
            files.sort(Comparator.comparing(HubFile::path));
            return new HubRevision(model, commit, files);
        } catch (ClassCastException | ArithmeticException | NullPointerException e) {
            throw HubProblem.invalidAnswer(hub.host(), model.toString(), e);
        }
    }

    private HubFile file(ModelId model, JsonObject sibling) {
        String path = sibling.getString("rfilename");
        JsonObject lfs = sibling.get("lfs") instanceof JsonObject object ? object : null;
        String etag = lfs == null ? sibling.getString("blobId") : lfs.getString("sha256");
        long size = (lfs == null ? sibling : lfs).getJsonNumber("size").longValueExact();
        if (!inside(path) || !ETAG.matcher(etag).matches() || size < 0) {
            throw HubProblem.invalidAnswer(hub.host(), model.toString(), null);
        }
        return new HubFile(path, size, etag, lfs != null);
    }

    /** A path from outside becomes a path of ours only when it cannot leave its folder. */
    static boolean inside(String path) {
        return !path.isEmpty()
                && path.indexOf('\\') < 0
                && path.indexOf('\0') < 0
                && Arrays.stream(path.split("/", -1))
                        .noneMatch(
                                part -> part.isEmpty() || part.equals(".") || part.equals("..") || part.contains(":"));
    }

    private static String encodePath(String path) {
        return Arrays.stream(path.split("/", -1)).map(HubRepository::encode).collect(Collectors.joining("/"));
    }

    private static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
