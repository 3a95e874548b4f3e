/** The gpt-oss family. */
package io.mlxmanager.engine.arch.gptoss;
