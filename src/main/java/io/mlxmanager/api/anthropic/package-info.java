/**
 * Anthropic's messages API, served by the same pipeline as OpenAI's.
 */
package io.mlxmanager.api.anthropic;
