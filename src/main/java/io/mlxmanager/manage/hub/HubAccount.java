package io.mlxmanager.manage.hub;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;

/** Whose token it is that the hub gets from us. Any thread; asks the hub. */
public final class HubAccount {

    private static final String WHAT = "the account of the token";

    private final HubEndpoint hub;
    private final HubToken token;

    public HubAccount(HubEndpoint hub, HubToken token) {
        this.hub = hub;
        this.token = token;
    }

    /**
     * The name of the account, as the hub tells it.
     *
     * @throws Problem 404 when there is no token, 400 when the hub rejects it or it cannot be read, and the hub's own
     */
    public String name() {
        if (token.token().isEmpty()) {
            throw Problem.notFound("No Hugging Face token is configured").withCode("not_configured");
        }
        try {
            JsonValue answer = hub.json("/api/whoami-v2", WHAT);
            if (answer instanceof JsonObject account
                    && !account.getString("name", "").isEmpty()) {
                return account.getString("name");
            }
            throw HubProblem.invalidAnswer(hub.host(), WHAT, null);
        } catch (HubProblem e) {
            if (e.code().equals("hub_unauthorized") || e.code().equals("hub_forbidden")) {
                throw new Problem(ProblemKind.BAD_REQUEST, "token_rejected", hub.host() + " rejects the token", e);
            }
            throw e;
        }
    }
}
