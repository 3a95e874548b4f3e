/**
 * The demo tools: functions that a model may call and this server runs. Their names and arguments are those that the
 * starter model was trained on. None reaches the network.
 */
package io.mlxmanager.serve.tools;
