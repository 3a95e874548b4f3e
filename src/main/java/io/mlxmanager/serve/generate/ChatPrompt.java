package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.constraint.Grammar;
import io.mlxmanager.chat.parse.AnswerParser;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A rendered conversation, ready for any tokenizer.
 *
 * @param text with special tokens written out
 * @param defaults of the model
 * @param parser makes one for each answer
 * @param constraint what each answer is kept to
 */
record ChatPrompt(
        String text, GenerationDefaults defaults, Supplier<AnswerParser> parser, Optional<Grammar> constraint) {}
