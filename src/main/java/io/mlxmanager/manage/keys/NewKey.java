package io.mlxmanager.manage.keys;

import io.mlxmanager.base.crypto.Secret;

/**
 * A key with its secret part, which exists in this form only once.
 *
 * @param key what a program presents
 */
public record NewKey(KeyInfo info, Secret key) {}
