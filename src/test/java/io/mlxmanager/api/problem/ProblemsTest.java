package io.mlxmanager.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.base.problem.Problem;
import io.mlxmanager.base.problem.ProblemKind;
import jakarta.json.JsonException;
import jakarta.ws.rs.ProcessingException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {

    @Test
    void whatTheServerWrappedIsUnwrapped() {
        Problem problem = Problem.tooLarge("too large");

        assertThat(Problems.of(problem)).isSameAs(problem);
        assertThat(Problems.of(new ProcessingException(new IOException(problem))))
                .isSameAs(problem);
    }

    @Test
    void aForeignExceptionTellsNothing() {
        Exception foreign = new IllegalStateException("jdbc:derby:/home/ada/secret");

        Problem problem = Problems.of(foreign);

        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.detail()).isEqualTo("Internal server error");
        assertThat(problem).hasCause(foreign);
    }

    @Test
    void aBodyThatIsNotJsonIsTheClientsFault() {
        assertThat(Problems.of(new JsonException("Unexpected char 'x' of secret"))
                        .detail())
                .doesNotContain("secret");
        assertThat(Problems.of(new JsonException("x")).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "404, NOT_FOUND",
        "405, METHOD_NOT_ALLOWED",
        "415, UNSUPPORTED_MEDIA_TYPE",
        "418, BAD_REQUEST",
        "599, INTERNAL"
    })
    void aStatusOfTheContainerBecomesAKind(int status, ProblemKind kind) {
        assertThat(ProblemKind.ofStatus(status)).isEqualTo(kind);
    }

    @Test
    void generatedRequestIdsAreOfOneFormAndDiffer() {
        assertThat(RequestId.generate()).matches("req_[0-9a-f]{12}").isNotEqualTo(RequestId.generate());
    }
}
