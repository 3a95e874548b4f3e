/**
 * The doors' locks: where in a request a credential may stand, which endpoint wants which caller, and the refusal. Tokens
 * are judged by manage.identity alone; the rules of what a caller may do with which data belong to the features.
 */
package io.mlxmanager.api.security;
