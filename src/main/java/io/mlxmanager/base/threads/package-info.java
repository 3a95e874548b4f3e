/**
 * Threads that live as long as the application.
 * Nothing here knows what the threads do.
 */
package io.mlxmanager.base.threads;
