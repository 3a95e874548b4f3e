package io.mlxmanager.serve.generate;

import io.mlxmanager.chat.parse.AnswerParser;

/**
 * A rendered conversation, ready for any tokenizer.
 *
 * @param text with special tokens written out
 * @param defaults of the model
 * @param parser for this one answer
 */
record ChatPrompt(String text, GenerationDefaults defaults, AnswerParser parser) {}
