/**
 * The engine in a process of its own: the same face as the one in this process, and a crash of the native side that ends that
 * process alone. What crosses are token ids and what is told of them ({@link Request}, {@link Report}); text, tokenizers and
 * grammars stay with the server.
 */
package io.mlxmanager.engine.worker;
