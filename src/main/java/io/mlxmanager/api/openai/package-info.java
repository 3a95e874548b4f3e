/**
 * The OpenAI-compatible doors under /v1.
 * Each resource reads a request with {@code protocol.openai}, asks {@code serve} to do the work and writes the answer.
 * No decision about models or prompts is taken here.
 */
package io.mlxmanager.api.openai;
