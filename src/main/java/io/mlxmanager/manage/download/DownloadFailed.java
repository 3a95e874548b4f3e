package io.mlxmanager.manage.download;

/** A download cannot go on; the message says why and is for users. */
final class DownloadFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DownloadFailed(String message) {
        super(message);
    }
}
