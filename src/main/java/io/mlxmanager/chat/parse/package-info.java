/**
 * Streaming parsers: model text in, {@link io.mlxmanager.chat.StreamEvent}s out. A parser is a buffer and a state; it emits
 * what can no longer mean anything else and holds back the rest, which {@code finish()} hands out, so that every way of
 * cutting the text gives the same answer and nothing is lost. Each format is one class; which formats a model speaks is
 * decided in {@code chat.family}.
 */
package io.mlxmanager.chat.parse;
