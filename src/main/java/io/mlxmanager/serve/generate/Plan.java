package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.ChatRequest;
import io.mlxmanager.chat.Choices;
import io.mlxmanager.chat.Prompt;
import io.mlxmanager.chat.Sampling;
import io.mlxmanager.chat.TextRequest;
import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.parse.AnswerParser;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * What a run does once its model is there.
 *
 * @param prompts each continued as often as {@code choices} says
 * @param whole whether a text gets the tokens around it that the tokenizer gives to texts of their own; a rendered
 *     conversation has them written out
 * @param defaults of the model
 * @param parser of one answer
 * @param constraint what each answer is kept to
 * @param maxTokens at least 0
 * @param echo whether an answer begins with its prompt
 */
record Plan(
        List<Prompt> prompts,
        boolean whole,
        GenerationDefaults defaults,
        Supplier<AnswerParser> parser,
        Optional<Grammar> constraint,
        Sampling sampling,
        OptionalInt maxTokens,
        List<String> stop,
        Choices choices,
        boolean echo) {

    static Plan of(ChatRequest request, ChatPrompt prompt) {
        return new Plan(
                List.of(new Prompt.Text(prompt.text())),
                false,
                prompt.defaults(),
                prompt.parser(),
                prompt.constraint(),
                request.sampling(),
                request.maxTokens(),
                request.stop(),
                request.choices(),
                false);
    }

    static Plan of(TextRequest request, GenerationDefaults defaults) {
        return new Plan(
                request.prompts(),
                true,
                defaults,
                () -> new AnswerParser(Optional.empty(), Optional.empty()),
                request.form(),
                request.sampling(),
                request.maxTokens(),
                request.stop(),
                request.choices(),
                request.echo());
    }

    /** Answers in all. */
    int answers() {
        return prompts.size() * choices.count();
    }
}
