/**
 * The one way an event stream is written: first byte at once, a flush for each event, comments in silence.
 * What the events say is the business of others.
 */
package io.mlxmanager.api.sse;
