/**
 * OLMo 2 and 3: norms behind the two parts only, and over all heads of queries and keys together.
 */
package io.mlxmanager.engine.arch.olmo;
