/**
 * OpenAI's responses protocol. Requests are translated field by field into those of chat completions, whose reader then has
 * the last word; answers become typed items and their events. Storing responses is the business of others.
 */
package io.mlxmanager.protocol.openai.responses;
