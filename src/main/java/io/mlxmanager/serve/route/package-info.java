/**
 * Which model answers a name that a client used.
 * Today every name is a model on this machine; profiles and providers join here. Nothing is loaded here.
 */
package io.mlxmanager.serve.route;
