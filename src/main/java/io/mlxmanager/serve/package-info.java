/**
 * What happens to one request: the only stratum that sees both what an operator manages and the engine.
 * Arrays never get here; HTTP never gets here.
 */
package io.mlxmanager.serve;
