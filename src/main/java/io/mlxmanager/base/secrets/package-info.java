/**
 * The secret in use and those before it, and what is sealed with them. One secret serves tokens and sealed values, so that
 * rotating it is one step. Which values are sealed, and what a token says, belong to the features.
 */
package io.mlxmanager.base.secrets;
