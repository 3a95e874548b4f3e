package io.mlxmanager.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.problem.InvalidInput;
import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorFormatTest {

    @Test
    void theManagementApiAnswersWithAProblemDocument() {
        Problem problem = Problem.notFound("Profile not found").withCode("profile_not_found");

        assertThat(ErrorFormat.PROBLEM_JSON.body(problem, "req_1", "/api/profiles/7"))
                .hasToString("{\"type\":\"urn:mlx-manager:error:not-found\",\"title\":\"Not Found\",\"status\":404,"
                        + "\"detail\":\"Profile not found\",\"instance\":\"/api/profiles/7\",\"request_id\":\"req_1\","
                        + "\"error_code\":\"profile_not_found\"}");
    }

    @Test
    void fieldsAtFaultAreListed() {
        assertThat(ErrorFormat.PROBLEM_JSON
                        .body(InvalidInput.of("email", "is required"), "req_1", "/api")
                        .getJsonArray("errors"))
                .hasToString("[{\"field\":\"email\",\"message\":\"is required\"}]");
    }

    @Test
    void openAiClientsGetTheirEnvelopeAndTheirStatus() {
        InvalidInput problem = InvalidInput.of("temperature", "must be between 0 and 2");

        assertThat(ErrorFormat.OPENAI.status(problem)).isEqualTo(400);
        assertThat(ErrorFormat.OPENAI.body(problem, "req_1", "/v1"))
                .hasToString(
                        "{\"error\":{\"message\":\"temperature: must be between 0 and 2\","
                                + "\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":\"validation_error\"}}");
        assertThat(ErrorFormat.OPENAI.body(Problem.unauthorized("Not authenticated"), "req_1", "/v1"))
                .hasToString("{\"error\":{\"message\":\"Not authenticated\",\"type\":\"authentication_error\","
                        + "\"param\":null,\"code\":\"invalid_api_key\"}}");
    }

    @ParameterizedTest
    @EnumSource(ProblemKind.class)
    void everyKindHasATypeForOpenAiClients(ProblemKind kind) {
        assertThat(ErrorFormat.OPENAI
                        .body(new Problem(kind, "x"), "r", "/v1")
                        .getJsonObject("error")
                        .getString("type"))
                .endsWith("_error");
    }

    @ParameterizedTest
    @CsvSource({"/v1, OPENAI", "/v1/models, OPENAI", "/v11, PROBLEM_JSON", "/api/v1/x, PROBLEM_JSON", "/, PROBLEM_JSON"
    })
    void thePathDecidesTheFormat(String path, ErrorFormat format) {
        assertThat(ErrorFormat.ofPath(path)).isEqualTo(format);
    }
}
