/**
 * One chat request from the routed model to the last event: lease, prompt, engine, text, parser, audit row.
 * The same code serves streams and whole answers. Protocols and HTTP are not known here.
 */
package io.mlxmanager.serve.generate;
