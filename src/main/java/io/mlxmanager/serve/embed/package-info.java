/**
 * Vectors of texts: finds the model, cuts or refuses what is too long, has the engine compute, notes the request.
 * The shape of requests and answers belongs to {@code protocol}.
 */
package io.mlxmanager.serve.embed;
