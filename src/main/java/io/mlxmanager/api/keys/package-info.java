/**
 * /api/keys: the keys of programs. What a key opens is enforced by api.security, kept by manage.keys; this package reads
 * requests and shapes answers.
 */
package io.mlxmanager.api.keys;
