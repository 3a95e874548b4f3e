package io.mlxmanager.api.openai;

import io.mlxmanager.api.anthropic.MessagesResource;
import io.mlxmanager.api.body.BodyLimit;
import io.mlxmanager.api.problem.ProblemMapper;
import io.mlxmanager.api.security.GuardFeature;
import io.mlxmanager.api.security.KeyLimitFilter;
import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;

/** The inference API. Its classes are listed because the server would otherwise add those of /api to it. */
@ApplicationPath("/v1")
public class OpenAiApplication extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                GuardFeature.class,
                ProblemMapper.class,
                KeyLimitFilter.class,
                BodyLimit.class,
                ChatCompletionsResource.class,
                CompletionsResource.class,
                RequestsResource.class,
                ResponsesResource.class,
                TokenizeResource.class,
                EmbeddingsResource.class,
                MessagesResource.class,
                ModelsResource.class);
    }
}
