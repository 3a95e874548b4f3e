/**
 * What a model is allowed to write: JSON Schema, regular expressions and grammars become a network of bytes, and the network
 * together with a vocabulary says which tokens may come next. Knows no tokenizer file, no logits and no wire format; who
 * reads a model's tokens and who masks its logits is for others.
 */
package io.mlxmanager.chat.constraint;
