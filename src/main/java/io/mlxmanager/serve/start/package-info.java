/**
 * The order of a start, and the line at its end that tells what to do first.
 * Work that any part does for itself stays with that part.
 */
package io.mlxmanager.serve.start;
