/**
 * The threads of the server side: container-managed, named, and apart from the server's own executor.
 * Nothing here knows what the threads do.
 */
package io.mlxmanager.serve.threads;
