package io.mlxmanager.manage.hub;

/**
 * One file of a revision.
 *
 * @param path within the repository, parts separated by slashes; checked to stay inside it
 * @param size in bytes
 * @param etag name of its content in the shared cache: the SHA-256 of a large file, the git blob SHA-1 of another; hex
 * @param large whether it is kept in the object store (LFS)
 */
public record HubFile(String path, long size, String etag, boolean large) {}
