package io.mlxmanager.chat.family;

import static io.mlxmanager.chat.parse.CallForm.after;
import static io.mlxmanager.chat.parse.CallForm.silent;
import static io.mlxmanager.chat.parse.CallForms.argumentTags;
import static io.mlxmanager.chat.parse.CallForms.bareJson;
import static io.mlxmanager.chat.parse.CallForms.functionTags;
import static io.mlxmanager.chat.parse.CallForms.gemma;
import static io.mlxmanager.chat.parse.CallForms.invokeTags;
import static io.mlxmanager.chat.parse.CallForms.json;
import static io.mlxmanager.chat.parse.CallForms.jsonByName;
import static io.mlxmanager.chat.parse.CallForms.named;
import static io.mlxmanager.chat.parse.CallForms.python;

import io.mlxmanager.chat.parse.CallForm;
import java.util.List;

/**
 * The ways in which models write tool calls: what may introduce calls, and what follows. Which templates teach which is in
 * {@link TemplateSigns}. A new one is a constant here, a row there, and a line in docs/TOOL_CALLS.md.
 */
public enum ToolSyntax {

    /** {@code <tool_call>{"name": …, "arguments": …}</tool_call>}. */
    HERMES(after("<tool_call>", json("</tool_call>"), functionTags(false, "</tool_call>"))),

    /** {@code <tool_call><function=f><parameter=a>…</parameter></function></tool_call>}, as Qwen3-Coder. */
    FUNCTION_TAGS(
            after("<tool_call>", functionTags(false, "</tool_call>"), json("</tool_call>")),
            after("<function=", functionTags(true, "</tool_call>"))),

    /** {@link #FUNCTION_TAGS} in {@code <seed:tool_call>}. */
    SEED_TAGS(after("<seed:tool_call>", functionTags(false, "</seed:tool_call>"))),

    /** {@code <tool_call>f<arg_key>a</arg_key><arg_value>…</arg_value></tool_call>}, as GLM, and what older ones wrote. */
    ARGUMENT_TAGS(after(
            "<tool_call>",
            argumentTags("</tool_call>"),
            named("<name>\\s*", "</name>\\s*<arguments>", "</arguments>\\s*</tool_call>"),
            json("</tool_call>"))),

    /** {@code <function=f>{"a": …}</function>}, as Llama. */
    FUNCTION_OBJECT(after("<function=", named(">", "</function>"))),

    /** {@code {"name": …, "parameters": …}} and nothing else, as Llama 3; or behind its marker, in JSON or in Python. */
    BARE_JSON(
            after("", bareJson()),
            after("<|python_tag|>", json("<|eom_id|>"), python("", "<|eom_id|>")),
            after("<function=", named(">", "</function>")),
            silent("<|eom_id|>")),

    /** {@code [TOOL_CALLS] [{"name": …, "arguments": …}]}, as Mistral's older models. */
    MISTRAL_LIST(after("[TOOL_CALLS]", json(""), named("(?:\\[CALL_ID\\]\\s*\\w+\\s*)?\\[ARGS\\]", ""))),

    /** {@code [TOOL_CALLS]f[ARGS]{…}}, as Mistral's newer models. */
    MISTRAL_ARGS(after("[TOOL_CALLS]", named("(?:\\[CALL_ID\\]\\s*\\w+\\s*)?\\[ARGS\\]", ""), json(""))),

    /** {@code <|tool_call_start|>[f(a="x")]<|tool_call_end|>}, as Liquid. */
    PYTHON_LIST(after(
            "<|tool_call_start|>", python("<|tool_call_start|>", "<|tool_call_end|>"), json("<|tool_call_end|>"))),

    /** {@code <start_function_call>call:f{a:<escape>x<escape>}<end_function_call>}, as FunctionGemma. */
    FUNCTION_GEMMA(after("<start_function_call>", gemma("<start_function_call>", "<end_function_call>", "<escape>"))),

    /** {@code <|tool_call>call:f{a:<|"|>x<|"|>}<tool_call|>}, as Gemma 4. */
    GEMMA_4(after("<|tool_call>", gemma("<|tool_call>", "<tool_call|>", "<|\"|>"))),

    /** Messages in channels, some of them addressed to functions, as gpt-oss. */
    HARMONY,

    /** {@code <｜tool▁call▁begin｜>function<｜tool▁sep｜>f} and a fenced object, or without the fence, as DeepSeek V3 and R1. */
    DEEPSEEK(
            after(
                    "<｜tool▁call▁begin｜>",
                    named(
                            "(?:function<｜tool▁sep｜>)?",
                            "(?:```(?:json)?|<｜tool▁sep｜>\\s*(?:```(?:json)?)?)",
                            "(?:```)?\\s*<｜tool▁call▁end｜>")),
            silent("<｜tool▁calls▁begin｜>"),
            silent("<｜tool▁calls▁end｜>")),

    /** {@code <｜DSML｜invoke name="f"><｜DSML｜parameter name="a" string="true">…}, as DeepSeek from V3.2 on. */
    DEEPSEEK_TAGS(
            after("<｜DSML｜tool_calls>", invokeTags("｜DSML｜", "</｜DSML｜tool_calls>")),
            after("<｜DSML｜function_calls>", invokeTags("｜DSML｜", "</｜DSML｜function_calls>"))),

    /** {@code <|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{…}<|tool_call_end|>}, as Kimi K2. */
    KIMI(
            after(
                    "<|tool_call_begin|>",
                    named(
                            "(?:functions\\.)?",
                            "(?::\\d+)?\\s*<\\|tool_call_argument_begin\\|>",
                            "<\\|tool_call_end\\|>")),
            silent("<|tool_calls_section_begin|>"),
            silent("<|tool_calls_section_end|>")),

    /** {@code <minimax:tool_call><invoke name="f"><parameter name="a">…}, as MiniMax from M2 on. */
    MINIMAX(after("<minimax:tool_call>", invokeTags("", "</minimax:tool_call>"))),

    /** {@code <tool_calls>[{"name": …, "arguments": …}]</tool_calls>}, as Apriel and MiniMax M1. */
    TOOL_CALLS_LIST(after("<tool_calls>", json("</tool_calls>"))),

    /** {@code <|tool_call|>[{"name": …, "arguments": …}]<|/tool_call|>}, as Phi-4 and Granite. */
    PHI(
            after("<|tool_call|>", json("<|/tool_call|>")),
            after("<|tool_calls|>", json("<|/tool_calls|>")),
            after("functools", json(""))),

    /** {@code <|START_ACTION|>[{"tool_name": …, "parameters": …}]<|END_ACTION|>}, as Cohere. */
    COHERE(after("<|START_ACTION|>", json("<|END_ACTION|>"))),

    /** {@code <|tools_prefix|>[{"f": {…}}]<|tools_suffix|>}, as Apertus. */
    APERTUS(after("<|tools_prefix|>", jsonByName("<|tools_suffix|>"))),

    /** {@code function call<|role_sep|>{"name": …, "arguments": …}}, as GigaChat. */
    GIGACHAT(after("function call<|role_sep|>", json("<|message_sep|>")), silent("<|message_sep|>")),

    /** None that is known: calls stay text. */
    NONE;

    /** Forms are values, which the compiler cannot know. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final List<CallForm> forms;

    ToolSyntax(CallForm... forms) {
        this.forms = List.of(forms);
    }

    /** In which calls may stand; none for {@link #HARMONY}, whose parser is one for whole answers. */
    List<CallForm> forms() {
        return forms;
    }

    /** The first syntax that the template shows. */
    static ToolSyntax of(String template) {
        return TemplateSigns.syntax(template);
    }
}
