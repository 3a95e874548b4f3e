package io.mlxmanager.api.conversations;

import io.mlxmanager.api.body.QueryFields;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.api.security.QueryTokenAllowed;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.manage.conversation.ConversationText;
import io.mlxmanager.manage.conversation.Conversations;
import io.mlxmanager.manage.conversation.MarkdownExport;
import io.mlxmanager.manage.conversation.Message;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.SecurityContext;
import jakarta.ws.rs.core.UriInfo;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** The caller's own conversations; those of others are not found. */
@Path("/conversations")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ConversationsResource {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MOST = 200;
    private static final String UNTITLED = "New chat";

    private final Conversations conversations;

    @Inject
    public ConversationsResource(Conversations conversations) {
        this.conversations = conversations;
    }

    /** The latest first; {@code query} searches titles and messages, {@code before} is an {@code updated_at}. */
    @GET
    @Authenticated
    public JsonArray find(@Context UriInfo uri, @Context SecurityContext security) {
        QueryFields query = new QueryFields(uri.getQueryParameters());
        String words = query.text("query").orElse("");
        Instant before = query.time("before").orElse(null);
        int limit = (int) query.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
        query.end();
        JsonArrayBuilder list = Json.createArrayBuilder();
        conversations
                .find(user(security), words, Optional.ofNullable(before), limit)
                .forEach(conversation -> list.add(ConversationView.summary(conversation)));
        return list.build();
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response create(JsonFields body, @Context SecurityContext security) {
        String title = ConversationReader.title(body).orElse(UNTITLED);
        JsonObject settings = ConversationReader.settings(body).orElse(JsonValue.EMPTY_JSON_OBJECT);
        body.end();
        return created(conversations.create(user(security), title, settings));
    }

    @GET
    @Path("/{id}")
    @Authenticated
    public JsonObject one(@PathParam("id") String id, @Context SecurityContext security) {
        return ConversationView.whole(conversations.get(user(security), id));
    }

    /** Changes the title, the settings, or which branch is shown. */
    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public JsonObject change(@PathParam("id") String id, JsonFields body, @Context SecurityContext security) {
        Optional<String> title = ConversationReader.title(body);
        Optional<String> leaf = body.optionalString("leaf", ConversationReader.MAX_ID);
        Optional<JsonObject> settings = ConversationReader.settings(body);
        body.end();
        return ConversationView.summary(conversations.change(user(security), id, title, leaf, settings));
    }

    @DELETE
    @Path("/{id}")
    @Authenticated
    public Response delete(@PathParam("id") String id, @Context SecurityContext security) {
        conversations.delete(user(security), id);
        return Response.noContent().build();
    }

    /** Appends a message, or replaces the one of that id; may be sent again when its answer was lost. */
    @PUT
    @Path("/{id}/messages/{message}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response put(
            @PathParam("id") String id,
            @PathParam("message") String messageId,
            JsonFields body,
            @Context SecurityContext security) {
        Message message = ConversationReader.message(messageId, body);
        conversations.put(user(security), id, message);
        return Response.noContent().build();
    }

    /** A new conversation of the messages up to {@code message_id}. */
    @POST
    @Path("/{id}/branch")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response branch(@PathParam("id") String id, JsonFields body, @Context SecurityContext security) {
        String last = body.requiredString("message_id", ConversationReader.MAX_ID);
        Optional<String> title = ConversationReader.title(body);
        body.end();
        long user = user(security);
        String name =
                title.orElseGet(() -> conversations.get(user, id).summary().title());
        return created(conversations.branch(user, id, last, name));
    }

    /** The shown branch as Markdown, or everything as JSON. */
    @GET
    @Path("/{id}/export")
    @Produces({"text/markdown", MediaType.APPLICATION_JSON})
    @Authenticated
    @QueryTokenAllowed
    public Response export(
            @PathParam("id") String id,
            @QueryParam("format") @DefaultValue("markdown") String format,
            @Context SecurityContext security) {
        boolean markdown = ConversationReader.markdown(format);
        ConversationText conversation = conversations.get(user(security), id);
        String body = markdown
                ? MarkdownExport.of(conversation)
                : ConversationView.whole(conversation).toString();
        String name = fileName(conversation.summary().title()) + (markdown ? ".md" : ".json");
        return Response.ok(body, markdown ? "text/markdown; charset=utf-8" : MediaType.APPLICATION_JSON)
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .build();
    }

    /** Letters, digits and hyphens alone: the name stands in a header and becomes a file. */
    private static String fileName(String title) {
        String name =
                title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return name.isEmpty() ? "chat" : name.substring(0, Math.min(name.length(), 60));
    }

    private static Response created(ConversationText conversation) {
        return Response.status(Response.Status.CREATED)
                .entity(ConversationView.whole(conversation))
                .build();
    }

    private static long user(SecurityContext security) {
        return CallerSecurityContext.caller(security).userId();
    }
}
