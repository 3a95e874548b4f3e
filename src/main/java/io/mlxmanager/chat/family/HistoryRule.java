package io.mlxmanager.chat.family;

import io.mlxmanager.chat.ChatRequest;

/** Brings a conversation into the shape that one kind of template can render, without losing anything of it. Pure. */
@FunctionalInterface
interface HistoryRule {

    ChatRequest apply(ChatRequest request);
}
