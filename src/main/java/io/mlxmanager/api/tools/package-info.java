/**
 * The demo tools over HTTP. They are an example of what a model may call, run on the server and touch nothing but it.
 */
package io.mlxmanager.api.tools;
