/**
 * What the doors of all inference protocols have in common: reading and refusing a request, serving it whole or as a stream.
 */
package io.mlxmanager.api.inference;
