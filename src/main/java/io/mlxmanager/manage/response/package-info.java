/**
 * Responses that callers may ask for and continue later, each for its owner alone and for a limited time. What stands in one
 * is not known here.
 */
package io.mlxmanager.manage.response;
