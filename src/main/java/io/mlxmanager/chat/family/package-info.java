/**
 * How one model talks: which template makes its prompts, and which marks in its text mean thinking or a tool call. It is read
 * from the model's own template, never from its name. The templates themselves are interpreted in {@code chat.template}, the
 * text is parsed in {@code chat.parse}; stop tokens belong to the tokenizer and are not known here.
 */
package io.mlxmanager.chat.family;
