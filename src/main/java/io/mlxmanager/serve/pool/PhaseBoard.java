package io.mlxmanager.serve.pool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Tells what changed between two pictures of the pool. A failure stands until somebody wants the model again. Confined to
 * the pool's thread.
 */
final class PhaseBoard {

    /**
     * The phases in which an application may be replaced. Made with the board: later their classes might have to be read from
     * an archive that is gone.
     */
    private static final ModelPhase READY = new ModelPhase.Ready();

    private static final ModelPhase UNLOADING = new ModelPhase.Unloading();

    private static final ModelPhase ABSENT = new ModelPhase.Absent();

    private final BiConsumer<String, ModelPhase> announce;
    private final Map<String, ModelPhase> known = new LinkedHashMap<>();

    /** @param announce hears of each change */
    PhaseBoard(BiConsumer<String, ModelPhase> announce) {
        this.announce = announce;
    }

    /**
     * @param entries models in memory, or on their way in or out
     * @param waiting requests for models that are not, by id
     */
    void show(List<? extends PoolBooks.View<?>> entries, Map<String, Integer> waiting) {
        Map<String, ModelPhase> now = new LinkedHashMap<>();
        entries.forEach(entry -> now.put(entry.id(), phase(entry)));
        waiting.forEach((id, count) -> now.putIfAbsent(id, new ModelPhase.Queued(count)));
        Set<String> ids = new LinkedHashSet<>(known.keySet());
        ids.addAll(now.keySet());
        for (String id : new ArrayList<>(ids)) {
            ModelPhase before = known.getOrDefault(id, ABSENT);
            boolean stands = before instanceof ModelPhase.Failed && !now.containsKey(id);
            if (!stands) {
                become(id, now.getOrDefault(id, ABSENT));
            }
        }
    }

    /** @param reason one sentence for people */
    void failed(String id, String reason) {
        become(id, new ModelPhase.Failed(reason));
    }

    private void become(String id, ModelPhase phase) {
        ModelPhase before = phase.equals(ABSENT) ? known.remove(id) : known.put(id, phase);
        if (!phase.equals(before == null ? ABSENT : before)) {
            announce.accept(id, phase);
        }
    }

    private static ModelPhase phase(PoolBooks.View<?> entry) {
        return switch (entry.state()) {
            case LOADING -> new ModelPhase.Loading(entry.percent());
            case READY -> entry.leases() == 0 ? READY : new ModelPhase.Busy(entry.leases());
            case UNLOADING -> UNLOADING;
        };
    }
}
