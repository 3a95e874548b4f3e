/** The door to probes: starting one and following it, and what the last one found. */
package io.mlxmanager.api.probe;
