package io.mlxmanager.manage.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mlxmanager.base.problem.InvalidInput;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.StringReader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkdownExportTest {

    private static final Instant WHEN = Instant.parse("2026-11-25T20:00:00Z");

    @Test
    void theShownBranchBecomesADocument() {
        List<Message> messages = List.of(
                message("q", null, Message.Role.USER, "What is 2+3?", """
                        {"attachments":[{"kind":"text","name":"sum.txt","media_type":"text/plain","data":"2\\n```\\n3"}]}"""),
                message("a1", "q", Message.Role.ASSISTANT, "Dunno.", "{}"),
                message("a2", "q", Message.Role.ASSISTANT, "It is 5.", """
                        {"model":"a/fox","reasoning":"I could ask.","state":"stopped",
                         "tool_calls":[{"id":"c","name":"calculator","arguments":"{\\"expression\\":\\"2+3\\"}","result":"5"}]}"""));
        ConversationText conversation = new ConversationText(
                new ConversationSummary("c", "Sums", Optional.of("a/fox"), WHEN, WHEN),
                json("{\"system\":\"Be brief.\"}"),
                Optional.of("a2"),
                messages);

        assertThat(MarkdownExport.of(conversation)).isEqualTo("""
                # Sums

                *2026-11-25 20:00 UTC*

                ## System prompt

                Be brief.

                ## You

                What is 2+3?

                File `sum.txt`

                ````
                2
                ```
                3
                ````

                ## a/fox

                <details>
                <summary>Thinking</summary>

                I could ask.

                </details>

                It is 5.

                Tool `calculator`:

                ```json
                {"expression":"2+3"}
                ```

                ```
                5
                ```

                *(stopped)*
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"colour\":\"red\"}|details.colour",
                "{\"reasoning\":1}|details.reasoning",
                "{\"state\":\"gone\"}|details.state",
                "{\"tool_calls\":{}}|details.tool_calls",
                "{\"tool_calls\":[{\"name\":1}]}|details.tool_calls[0].name",
                "{\"attachments\":[{\"path\":\"/etc\"}]}|details.attachments[0].path",
                "{\"metrics\":{\"tokens\":\"many\"}}|details.metrics.tokens",
            })
    void whatIsNotKnownIsRefusedByName(String details, String field) {
        assertThatThrownBy(() -> MessageDetails.check(json(details)))
                .isInstanceOfSatisfying(
                        InvalidInput.class,
                        refusal -> assertThat(refusal.errors())
                                .extracting(error -> error.field())
                                .containsExactly(field));
    }

    private static Message message(String id, String parent, Message.Role role, String content, String details) {
        return new Message(id, Optional.ofNullable(parent), role, content, MessageDetails.check(json(details)), WHEN);
    }

    private static JsonObject json(String text) {
        return Json.createReader(new StringReader(text)).readObject();
    }
}
