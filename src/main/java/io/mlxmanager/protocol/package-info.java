/**
 * Wire formats other software speaks, in both directions: one package per protocol, each translating to and from
 * {@code chat}. Requests are checked here, field by field; what a request means for this server (which model, which caller)
 * is not decided here. Shared by the server's endpoints and by the clients it uses itself; knows no HTTP.
 */
package io.mlxmanager.protocol;
