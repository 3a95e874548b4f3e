/**
 * Finding out what a model can do by asking it. A probe is a caller like any other: it asks through the pipeline that serves
 * everybody, so it changes nothing that others see, and there is nothing to restore but the place in memory.
 */
package io.mlxmanager.serve.probe;
