package io.mlxmanager.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test in which an unmodified client does something against the running server. The table in docs/CLIENTS.md is made
 * of these marks.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Serves.All.class)
public @interface Serves {

    /** Whom. */
    Client[] client();

    /** With what. */
    Feature[] with();

    /** A client as it is published. */
    enum Client {
        OPENAI_JAVA("`com.openai:openai-java` 4.100"),
        ANTHROPIC_JAVA("`com.anthropic:anthropic-java` 3.11"),
        LANGCHAIN4J_OPENAI("LangChain4j 1.19, OpenAI, JDK client"),
        LANGCHAIN4J_ANTHROPIC("LangChain4j 1.19, Anthropic, JDK client"),
        SPRING_AI("Spring AI 1.1 OpenAI, JDK client"),
        OPENAI_JS("`openai` (npm) 7.55"),
        ANTHROPIC_JS("`@anthropic-ai/sdk` (npm) 1.10");

        private final String title;

        Client(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** What clients do. */
    enum Feature {
        CHAT("chat"),
        STREAM("stream"),
        TOOLS("tools"),
        RECORD("record"),
        EMBEDDINGS("embeddings"),
        COMPLETIONS("completions"),
        RESPONSES("responses"),
        COUNT_TOKENS("count tokens"),
        MODELS("models"),
        ERRORS("its own exceptions");

        private final String title;

        Feature(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** Several marks on one test. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.METHOD)
    @interface All {
        /** The marks. */
        Serves[] value();
    }
}
