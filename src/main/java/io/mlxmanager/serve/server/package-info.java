/**
 * Profiles that were told to run: their models are loaded ahead of the first request, and how far that is can be watched.
 * Memory and its rules belong to serve.pool.
 */
package io.mlxmanager.serve.server;
