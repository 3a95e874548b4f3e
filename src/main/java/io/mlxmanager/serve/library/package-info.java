/**
 * The removal and the import of models: what must hold in the pool, in profiles and in the engine before files change.
 */
package io.mlxmanager.serve.library;
