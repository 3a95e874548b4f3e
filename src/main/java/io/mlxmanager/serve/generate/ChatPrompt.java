package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.parse.AnswerParser;
import java.util.function.Supplier;

/**
 * A rendered conversation, ready for any tokenizer.
 *
 * @param text with special tokens written out
 * @param defaults of the model
 * @param parser makes one for each answer
 */
record ChatPrompt(String text, GenerationDefaults defaults, Supplier<AnswerParser> parser) {}
