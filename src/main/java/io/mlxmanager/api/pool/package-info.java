/**
 * The pool as the console sees it: what is in memory, how much of it, load and unload.
 * Decisions about memory are taken in serve.pool.
 */
package io.mlxmanager.api.pool;
