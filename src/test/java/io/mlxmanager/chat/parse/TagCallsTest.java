package io.mlxmanager.chat.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mlxmanager.chat.StreamEvent.Content;
import io.mlxmanager.chat.StreamEvent.ToolCallArguments;
import io.mlxmanager.chat.StreamEvent.ToolCallStarted;
import io.mlxmanager.chat.Tool;
import jakarta.json.Json;
import java.io.StringReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class TagCallsTest {

    private static final List<Tool> TOOLS = List.of(
            Tool.fromDeclaration(Json.createReader(new StringReader("""
                    {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {
                      "path": {"type": "string"}, "n": {"type": "integer"}}}}}
                    """)).readObject()));

    private static StreamParser parser() {
        return new ToolCallParser(
                List.of(CallForm.after("<tool_call>", CallForms.functionTags(false, "</tool_call>"))),
                TOOLS,
                () -> "call_0");
    }

    @Test
    void streamsTextValuesAndWaitsForOthers() {
        StreamParser parser = parser();

        assertThat(parser.accept("Hm.\n<tool_ca")).containsExactly(new Content("Hm."));
        assertThat(parser.accept("ll>\n<function=f>\n<parameter=path>\n/tmp"))
                .containsExactly(new ToolCallStarted(0, "call_0", "f"), new ToolCallArguments(0, "{\"path\":\"/tmp"));
        assertThat(parser.accept("/a\n")).containsExactly(new ToolCallArguments(0, "/a"));
        assertThat(parser.accept("</parameter>\n<parameter=n>\n1"))
                .containsExactly(new ToolCallArguments(0, "\",\"n\":"));
        assertThat(parser.accept("2\n</parameter>")).containsExactly(new ToolCallArguments(0, "12"));
        assertThat(parser.accept("</function>")).containsExactly(new ToolCallArguments(0, "}"));
        assertThat(parser.accept("\n</tool_call>")).isEmpty();
        assertThat(parser.finish()).isEmpty();
    }

    @Test
    void tellsNothingOfACallBeforeItIsOne() {
        StreamParser parser = parser();

        assertThat(parser.accept("<tool_call><function=f>")).isEmpty();
        assertThat(parser.finish()).containsExactly(new Content("<tool_call><function=f>"));
    }
}
