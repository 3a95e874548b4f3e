/**
 * Who is calling: users, their passwords, and the tokens that stand for them. {@link
 * io.mlxmanager.manage.identity.TokenVerifier} is the only code that reads a token. How a credential travels in a request
 * and which endpoint wants which role belong to api.security.
 */
package io.mlxmanager.manage.identity;
