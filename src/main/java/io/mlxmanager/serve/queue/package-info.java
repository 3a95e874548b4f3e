/**
 * Who waits for a model before the engine has begun with them: limits, places, and how long it takes.
 * Who is served next is decided by the pool and the engine, not here.
 */
package io.mlxmanager.serve.queue;
