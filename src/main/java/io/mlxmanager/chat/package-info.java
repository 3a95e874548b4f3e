/**
 * The language of a conversation: requests, messages, tools and the events of an answer, independent of any wire format.
 * Everything here is an immutable value made of JDK types and {@code jakarta.json}; it knows no HTTP, no engine, no database.
 * How a conversation becomes a prompt is {@code chat.template}, how model text becomes events is {@code chat.parse}, and
 * which of them fit a model is {@code chat.family}.
 */
package io.mlxmanager.chat;
