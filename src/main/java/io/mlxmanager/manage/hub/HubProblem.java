package io.mlxmanager.manage.hub;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The hub refused, failed or could not be reached. The code says which it was: {@code hub_offline}, {@code
 * hub_unreachable}, {@code hub_timeout}, {@code hub_unauthorized}, {@code hub_forbidden}, {@code hub_not_found}, {@code
 * hub_rate_limited}, {@code hub_error}, {@code hub_answer_invalid}.
 */
public final class HubProblem extends Problem {

    private static final long serialVersionUID = 1L;

    private final boolean passing;
    private final Duration retryAfter;

    private HubProblem(
            ProblemKind kind, String code, String detail, boolean passing, Duration retryAfter, Throwable cause) {
        super(kind, code, detail, cause);
        this.passing = passing;
        this.retryAfter = retryAfter;
    }

    static HubProblem offline() {
        return new HubProblem(
                ProblemKind.UNAVAILABLE,
                "hub_offline",
                "The server is in offline mode (HF_HUB_OFFLINE); the hub is not asked",
                false,
                null,
                null);
    }

    /** No answer came. */
    static HubProblem ofFailure(String host, Duration timeout, IOException failure) {
        boolean slow = failure instanceof HttpTimeoutException && !(failure instanceof HttpConnectTimeoutException);
        if (slow) {
            return new HubProblem(
                    ProblemKind.UNAVAILABLE,
                    "hub_timeout",
                    host + " did not answer within " + timeout.toSeconds() + " s",
                    true,
                    null,
                    failure);
        }
        boolean unreachable = failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof HttpConnectTimeoutException;
        return new HubProblem(
                ProblemKind.UNAVAILABLE,
                "hub_unreachable",
                unreachable
                        ? host + " cannot be reached: no network, or its address is wrong"
                        : "The connection to " + host + " broke off",
                true,
                null,
                failure);
    }

    /**
     * An answer that is no success. The hub's 401 must not look like one of ours, or a client would sign its user out.
     *
     * @param what was asked for, e.g. {@code owner/name}
     */
    static HubProblem ofStatus(int status, String host, String what, Optional<Duration> retryAfter) {
        Duration wait = retryAfter.orElse(null);
        return switch (status) {
            case 401 ->
                new HubProblem(
                        ProblemKind.FORBIDDEN,
                        "hub_unauthorized",
                        host + " asks for a valid token (401): " + what + " is private or gated, or does not exist",
                        false,
                        null,
                        null);
            case 403 ->
                new HubProblem(
                        ProblemKind.FORBIDDEN,
                        "hub_forbidden",
                        host + " refuses access to " + what
                                + " (403): its terms may have to be accepted there, or the token lacks a right",
                        false,
                        null,
                        null);
            case 404, 410 ->
                new HubProblem(
                        ProblemKind.NOT_FOUND,
                        "hub_not_found",
                        host + " has no " + what + " (" + status + ")",
                        false,
                        null,
                        null);
            case 429 ->
                new HubProblem(
                        ProblemKind.UNAVAILABLE,
                        "hub_rate_limited",
                        host + " asks to wait (429): too many requests",
                        true,
                        wait,
                        null);
            default ->
                new HubProblem(
                        ProblemKind.BAD_GATEWAY,
                        "hub_error",
                        host + " answered " + status + " for " + what,
                        status >= 500 || status == 408 || status == 416,
                        wait,
                        null);
        };
    }

    static HubProblem invalidAnswer(String host, String what, Throwable cause) {
        return new HubProblem(
                ProblemKind.BAD_GATEWAY,
                "hub_answer_invalid",
                host + " answered something that is no answer for " + what,
                false,
                null,
                cause);
    }

    /** Whether the same request may well succeed later. */
    public boolean passing() {
        return passing;
    }

    /** How long the hub asked to wait. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }

    @Override
    public Map<String, String> headers() {
        return retryAfter == null
                ? Map.of()
                : Map.of("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
    }
}
