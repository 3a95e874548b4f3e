/**
 * The server itself: versions, the local engine, memory of the machine.
 * Nothing here changes anything.
 */
package io.mlxmanager.api.system;
