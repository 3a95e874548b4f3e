/**
 * What the world calls: JAX-RS resources, event streams and WebSockets.
 * The root package holds only the application that lists the classes under /api; every feature has a package of its own.
 * No decisions are taken in this stratum, no database and no engine is reached from it.
 */
package io.mlxmanager.api;
