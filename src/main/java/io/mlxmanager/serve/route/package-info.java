/**
 * Which model answers a name that a client used.
 * A name is a model on this machine or a profile of one; providers join here. Nothing is loaded here.
 */
package io.mlxmanager.serve.route;
