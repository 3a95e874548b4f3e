/**
 * What the server tells about its health: MicroProfile Health checks.
 * A missing local engine is said, but is no reason to be called down.
 */
package io.mlxmanager.serve.health;
