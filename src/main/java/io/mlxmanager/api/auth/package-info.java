/**
 * /api/auth: becoming a user, signing in, and seeing who one is. The rules behind it are those of manage.identity; this
 * package reads requests and shapes answers.
 */
package io.mlxmanager.api.auth;
