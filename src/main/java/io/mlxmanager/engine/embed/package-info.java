/**
 * From the states of an encoder to one vector per text: pooling, dense layers and length, as the model's own files say.
 * The layers of the encoder itself stand in {@code arch}.
 */
package io.mlxmanager.engine.embed;
