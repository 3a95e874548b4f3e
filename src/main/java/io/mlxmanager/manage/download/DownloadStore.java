package io.mlxmanager.manage.download;

import io.mlxmanager.base.persist.Transactions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The downloads in the database. Any thread. */
final class DownloadStore {

    private final Transactions transactions;

    DownloadStore(Transactions transactions) {
        this.transactions = transactions;
    }

    /** @throws jakarta.persistence.PersistenceException when the model is being downloaded already */
    DownloadState add(String taskId, String modelId, Instant now) {
        return transactions.call(entities -> {
            DownloadRow row = new DownloadRow(taskId, modelId, now);
            entities.persist(row);
            entities.flush();
            return row.state();
        });
    }

    Optional<DownloadState> find(long id) {
        return transactions.call(entities ->
                Optional.ofNullable(entities.find(DownloadRow.class, id)).map(DownloadRow::state));
    }

    Optional<DownloadState> findTask(String taskId) {
        return first("DownloadRow.byTask", "task", taskId);
    }

    /** The one that may still become complete. */
    Optional<DownloadState> findActive(String modelId) {
        return first("DownloadRow.ofModel", "model", modelId);
    }

    List<DownloadState> active() {
        return transactions.call(
                entities -> entities.createNamedQuery("DownloadRow.active", DownloadRow.class).getResultList().stream()
                        .map(DownloadRow::state)
                        .toList());
    }

    void save(DownloadState state) {
        transactions.run(
                entities -> entities.find(DownloadRow.class, state.id()).take(state));
    }

    /** The commit that the download fetches; empty until the hub has told it. */
    Optional<String> revision(long id) {
        return transactions.call(
                entities -> entities.find(DownloadRow.class, id).revision());
    }

    void setRevision(long id, String commit) {
        transactions.run(entities -> entities.find(DownloadRow.class, id).setRevision(commit));
    }

    private Optional<DownloadState> first(String query, String parameter, String value) {
        return transactions.call(entities ->
                entities
                        .createNamedQuery(query, DownloadRow.class)
                        .setParameter(parameter, value)
                        .getResultList()
                        .stream()
                        .findFirst()
                        .map(DownloadRow::state));
    }
}
