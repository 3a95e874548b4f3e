package io.mlxmanager.manage.download;

import java.util.Locale;

/** Where a download stands, and what may be done to it there. */
public enum DownloadStatus {
    /** Waits for its turn. */
    PENDING,
    /** Asks the hub what there is to fetch. */
    STARTING,
    DOWNLOADING,
    /** Stopped by a user; stays so over a restart. */
    PAUSED,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** The word for clients. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it moves, or will without anybody's doing. */
    public boolean running() {
        return this == PENDING || this == STARTING || this == DOWNLOADING;
    }

    /** Whether it may still become complete. */
    public boolean active() {
        return running() || this == PAUSED;
    }

    boolean mayPause() {
        return running();
    }

    boolean mayResume() {
        return this == PAUSED;
    }

    /** A failed one may be cancelled to be rid of what it left on the disk. */
    boolean mayCancel() {
        return active() || this == FAILED;
    }
}
