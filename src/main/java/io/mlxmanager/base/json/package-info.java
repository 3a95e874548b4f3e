/**
 * Strict reading of JSON request bodies over {@code jakarta.json}: every field asked for by name, type and bounds,
 * everything else refused, all faults of a body reported together. Writing JSON and the wire formats of the model
 * protocols do not belong here.
 */
package io.mlxmanager.base.json;
