package io.mlxmanager.api.openai;

import io.mlxmanager.api.inference.ChatDoor;
import io.mlxmanager.api.security.Authenticated;
import io.mlxmanager.api.security.CallerSecurityContext;
import io.mlxmanager.protocol.openai.TokenizeReader;
import io.mlxmanager.protocol.openai.TokenizeReader.Request;
import io.mlxmanager.protocol.openai.TokenizeReader.Tokens;
import io.mlxmanager.serve.generate.TokenService;
import io.mlxmanager.serve.route.ModelRouter;
import jakarta.enterprise.context.Dependent;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.SecurityContext;
import java.io.InputStream;
import java.util.List;

/** {@code POST /v1/tokenize} and {@code /v1/detokenize}, with the tokenizer of a model on this machine. */
@Path("/")
@Dependent
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public final class TokenizeResource {

    private final TokenService tokens;
    private final ModelRouter router;
    private final TokenizeReader reader = new TokenizeReader();

    @Inject
    public TokenizeResource(TokenService tokens, ModelRouter router) {
        this.tokens = tokens;
        this.router = router;
    }

    /** Of a text, or of the prompt that a conversation makes. */
    @POST
    @Path("tokenize")
    @Authenticated
    public JsonObject tokenize(InputStream body, @Context SecurityContext security) {
        Request request = ChatDoor.read(body, reader::read);
        router.requireUse(CallerSecurityContext.caller(security), request.model());
        List<Integer> ids = request instanceof Request.Text text
                ? tokens.encode(text.model(), text.text(), text.whole())
                : tokens.encode(((Request.Conversation) request).chat());
        JsonArrayBuilder array = Json.createArrayBuilder();
        ids.forEach(array::add);
        return Json.createObjectBuilder()
                .add("count", ids.size())
                .add("max_model_len", tokens.contextLength(request.model()))
                .add("tokens", array)
                .build();
    }

    @POST
    @Path("detokenize")
    @Authenticated
    public JsonObject detokenize(InputStream body, @Context SecurityContext security) {
        Tokens request = ChatDoor.read(body, reader::readTokens);
        router.requireUse(CallerSecurityContext.caller(security), request.model());
        return Json.createObjectBuilder()
                .add("prompt", tokens.decode(request.model(), request.ids()))
                .build();
    }
}
