/**
 * Measurements, run by {@code mvn -Pbench verify} and by nothing else: tokens per second of real and random models, the cost
 * of a crossing into native code. They print a table and write target/bench; they judge nothing.
 */
package io.mlxmanager.bench;
