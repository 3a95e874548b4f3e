/**
 * Anthropic's messages protocol: from its JSON to neutral requests, and from neutral answers to its JSON and its stream.
 */
package io.mlxmanager.protocol.anthropic;
