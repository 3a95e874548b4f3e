/** The EXAONE family. */
package io.mlxmanager.engine.arch.exaone;
