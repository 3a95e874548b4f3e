package io.mlxmanager.chat.family;

import static io.mlxmanager.chat.family.ToolSyntax.APERTUS;
import static io.mlxmanager.chat.family.ToolSyntax.ARGUMENT_TAGS;
import static io.mlxmanager.chat.family.ToolSyntax.BARE_JSON;
import static io.mlxmanager.chat.family.ToolSyntax.COHERE;
import static io.mlxmanager.chat.family.ToolSyntax.DEEPSEEK;
import static io.mlxmanager.chat.family.ToolSyntax.DEEPSEEK_TAGS;
import static io.mlxmanager.chat.family.ToolSyntax.FUNCTION_GEMMA;
import static io.mlxmanager.chat.family.ToolSyntax.FUNCTION_OBJECT;
import static io.mlxmanager.chat.family.ToolSyntax.FUNCTION_TAGS;
import static io.mlxmanager.chat.family.ToolSyntax.GEMMA_4;
import static io.mlxmanager.chat.family.ToolSyntax.GIGACHAT;
import static io.mlxmanager.chat.family.ToolSyntax.HARMONY;
import static io.mlxmanager.chat.family.ToolSyntax.HERMES;
import static io.mlxmanager.chat.family.ToolSyntax.KIMI;
import static io.mlxmanager.chat.family.ToolSyntax.MINIMAX;
import static io.mlxmanager.chat.family.ToolSyntax.MISTRAL_ARGS;
import static io.mlxmanager.chat.family.ToolSyntax.MISTRAL_LIST;
import static io.mlxmanager.chat.family.ToolSyntax.NONE;
import static io.mlxmanager.chat.family.ToolSyntax.PHI;
import static io.mlxmanager.chat.family.ToolSyntax.PYTHON_LIST;
import static io.mlxmanager.chat.family.ToolSyntax.SEED_TAGS;
import static io.mlxmanager.chat.family.ToolSyntax.TOOL_CALLS_LIST;

import java.util.List;

/**
 * What in a chat template shows how its model writes tool calls. The first row whose texts the template has, and none of whose
 * others, decides: rows with a token that only one family has come first.
 */
final class TemplateSigns {

    /**
     * One sign.
     *
     * @param all texts that the template has
     * @param none texts that it does not have
     */
    private record Sign(ToolSyntax syntax, List<String> all, List<String> none) {

        Sign without(String... texts) {
            return new Sign(syntax, all, List.of(texts));
        }

        boolean isIn(String template) {
            return all.stream().allMatch(template::contains) && none.stream().noneMatch(template::contains);
        }
    }

    private static final List<Sign> SIGNS = List.of(
            sign(HARMONY, "<|channel|>", "<|message|>", "commentary"),
            sign(DEEPSEEK_TAGS, "｜DSML｜", "invoke"),
            sign(DEEPSEEK, "<｜tool▁call▁begin｜>"),
            sign(KIMI, "<|tool_call_begin|>", "<|tool_call_argument_begin|>"),
            sign(MINIMAX, "minimax:tool_call", "<invoke"),
            sign(SEED_TAGS, "seed:tool_call", "<function="),
            sign(GEMMA_4, "<|tool_call>", "call:"),
            sign(FUNCTION_GEMMA, "<start_function_call>"),
            sign(COHERE, "<|START_ACTION|>", "tool_name"),
            sign(APERTUS, "<|tools_prefix|>"),
            sign(GIGACHAT, "function call", "<|role_sep|>"),
            sign(MISTRAL_ARGS, "[TOOL_CALLS]", "[ARGS]"),
            sign(MISTRAL_LIST, "[TOOL_CALLS]"),
            sign(PYTHON_LIST, "<|tool_call_start|>"),
            sign(FUNCTION_TAGS, "<tool_call>", "<function=", "<parameter="),
            sign(ARGUMENT_TAGS, "<tool_call>", "<arg_key>"),
            sign(TOOL_CALLS_LIST, "<tool_calls>", "arguments"),
            sign(PHI, "<|tool_call|>"),
            sign(PHI, "<|tool|>", "<|/tool|>"),
            sign(HERMES, "<tool_call>", "arguments").without("<function="),
            sign(FUNCTION_OBJECT, "<function=", "</function>").without("<parameter=", "tool_call>"),
            sign(BARE_JSON, "\"parameters\"", "<|python_tag|>"),
            sign(BARE_JSON, "\"name\"", "\"arguments\"", "tools"),
            sign(BARE_JSON, "\"name\"", "\"parameters\"", "tools"),
            sign(PYTHON_LIST, "List of tools: [", "keep_past_thinking"),
            sign(PYTHON_LIST, "<|tool_list_start|>"));

    private TemplateSigns() {}

    static ToolSyntax syntax(String template) {
        return SIGNS.stream()
                .filter(sign -> sign.isIn(template))
                .map(Sign::syntax)
                .findFirst()
                .orElse(NONE);
    }

    private static Sign sign(ToolSyntax syntax, String... all) {
        return new Sign(syntax, List.of(all), List.of());
    }
}
