/**
 * Which models are in memory: a pure policy, a pure scheduler fed with events by one thread, and effects that do the work.
 * The public face is ModelPool; everything else is package-private and nobody's business.
 * docs/POOL.md explains events, effects and invariants.
 */
package io.mlxmanager.serve.pool;
