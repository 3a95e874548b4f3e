/**
 * Qwen 2 and the dense Qwen 3.
 */
package io.mlxmanager.engine.arch.qwen;
