/**
 * The OpenAI chat completions format: a strict reader for requests, and writers for answers, stream chunks, model lists and
 * errors. Everything a caller may send is either honoured, refused by name, or reported back as having no effect; nothing is
 * dropped in silence. Endpoints, headers and event-stream framing belong to whoever serves it.
 */
package io.mlxmanager.protocol.openai;
