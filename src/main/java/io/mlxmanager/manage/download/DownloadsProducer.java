package io.mlxmanager.manage.download;

import io.mlxmanager.base.config.DownloadConfig;
import io.mlxmanager.base.config.ModelsConfig;
import io.mlxmanager.base.persist.DatabaseStart;
import io.mlxmanager.base.persist.Transactions;
import io.mlxmanager.manage.hub.HubEndpoint;
import io.mlxmanager.manage.hub.HubRepository;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.Shutdown;
import jakarta.enterprise.event.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** Puts the downloads together, goes on with them at a start and stops them at the end. */
@ApplicationScoped
public class DownloadsProducer {

    void start(@Observes @Priority(DatabaseStart.PRIORITY + 60) Startup start, Downloads downloads) {
        downloads.recover();
    }

    void stop(@Observes Shutdown shutdown, Downloads downloads) {
        downloads.close();
    }

    @Produces
    @Singleton
    Downloads downloads(
            Transactions transactions,
            HubEndpoint hub,
            HubRepository repository,
            ModelsConfig models,
            DownloadConfig config) {
        DownloadRun.World world = new DownloadRun.World(
                hub,
                repository,
                models.hubCache(),
                config,
                new Throttle(config.bandwidth().bytes()),
                DownloadsProducer::freeSpace);
        return new Downloads(new DownloadStore(transactions), world, Clock.systemUTC());
    }

    /** Of the disk on which a folder is or will be; no limit where the system does not tell. */
    private static long freeSpace(Path folder) {
        for (Path at = folder; at != null; at = at.getParent()) {
            if (Files.isDirectory(at)) {
                try {
                    return Files.getFileStore(at).getUsableSpace();
                } catch (IOException e) {
                    return Long.MAX_VALUE;
                }
            }
        }
        return Long.MAX_VALUE;
    }
}
