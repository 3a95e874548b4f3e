/**
 * Small cryptographic tools without a policy: values that do not show themselves, secret files, digests. Which secret
 * signs what, password hashing and token formats belong to the features that own them.
 */
package io.mlxmanager.base.crypto;
