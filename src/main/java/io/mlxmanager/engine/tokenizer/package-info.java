/**
 * Text to token ids and back, exactly as the tokenizer.json of a model says.
 * The only package that knows the tokenizer library. Chat markup is not added here.
 */
package io.mlxmanager.engine.tokenizer;
