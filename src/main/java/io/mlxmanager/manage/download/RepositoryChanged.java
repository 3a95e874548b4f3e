package io.mlxmanager.manage.download;

/** The hub has another file now than the one it listed. */
final class RepositoryChanged extends RuntimeException {

    private static final long serialVersionUID = 1L;

    RepositoryChanged(String path) {
        super("The hub has another " + path + " now than the one it listed");
    }
}
