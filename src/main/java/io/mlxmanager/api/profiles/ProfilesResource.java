package io.mlxmanager.api.profiles;

import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.base.json.JsonFields;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.manage.profile.ProfileInfo;
import io.mlxmanager.manage.profile.Profiles;
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
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/** Profiles; they belong to the server, and every user may use and change them. */
@Path("/profiles")
@Dependent
@Produces(MediaType.APPLICATION_JSON)
public final class ProfilesResource {

    private final Profiles profiles;

    @Inject
    public ProfilesResource(Profiles profiles) {
        this.profiles = profiles;
    }

    @GET
    @Authenticated
    public JsonArray all() {
        JsonArrayBuilder list = Json.createArrayBuilder();
        profiles.all().forEach(profile -> list.add(view(profile)));
        return list.build();
    }

    @GET
    @Path("/{id}")
    @Authenticated
    public JsonObject one(@PathParam("id") String id) {
        return view(profiles.get(number(id)));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public Response create(JsonFields body) {
        return created(profiles.create(ProfileReader.create(body)));
    }

    /** Changes the fields that stand in the body; {@code null} clears one. */
    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Authenticated
    public JsonObject change(@PathParam("id") String id, JsonFields body) {
        return view(profiles.change(number(id), before -> ProfileReader.change(body, before)));
    }

    @DELETE
    @Path("/{id}")
    @Authenticated
    public Response delete(@PathParam("id") String id) {
        profiles.delete(number(id));
        return Response.noContent().build();
    }

    @POST
    @Path("/{id}/duplicate")
    @Authenticated
    public Response duplicate(@PathParam("id") String id, @QueryParam("new_name") @DefaultValue("") String newName) {
        JsonFields checked = JsonFields.of(JsonValue.EMPTY_JSON_OBJECT);
        String name = ProfileReader.name(checked, newName);
        checked.end();
        return created(profiles.duplicate(number(id), name));
    }

    private static Response created(ProfileInfo profile) {
        return Response.status(Response.Status.CREATED).entity(view(profile)).build();
    }

    private static JsonObject view(ProfileInfo profile) {
        return new ProfileView(profile).toJson();
    }

    private static long number(String id) {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException e) {
            throw Problem.notFound("Profile not found").withCode("profile_not_found");
        }
    }
}
