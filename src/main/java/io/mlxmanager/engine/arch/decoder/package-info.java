/**
 * The decoder-only transformer that most families are: what they differ in is said by a plan, and this package builds and runs
 * what the plan says.
 * A family reads its config.json into a plan; it never touches an array.
 */
package io.mlxmanager.engine.arch.decoder;
