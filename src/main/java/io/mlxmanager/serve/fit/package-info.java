/**
 * Whether a model can be run here: is its family known, does it fit the memory, how long may its context be. Asked
 * before a download and before a load; nothing is loaded here.
 */
package io.mlxmanager.serve.fit;
