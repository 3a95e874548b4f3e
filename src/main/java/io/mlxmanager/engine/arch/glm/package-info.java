/**
 * GLM 4.
 */
package io.mlxmanager.engine.arch.glm;
