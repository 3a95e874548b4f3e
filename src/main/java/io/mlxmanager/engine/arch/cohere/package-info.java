/**
 * Command R and Command A.
 */
package io.mlxmanager.engine.arch.cohere;
