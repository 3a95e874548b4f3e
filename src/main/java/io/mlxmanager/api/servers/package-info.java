/** The doors to running profiles: start, stop, watch. What starting means is decided in serve.server. */
package io.mlxmanager.api.servers;
