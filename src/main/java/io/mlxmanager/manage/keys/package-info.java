/**
 * Keys of programs: making, showing once, finding, limiting and revoking them. What a presented key means for a request is
 * told to manage.identity through its {@link io.mlxmanager.manage.identity.KeyLookup}; how keys travel belongs to
 * api.security.
 */
package io.mlxmanager.manage.keys;
