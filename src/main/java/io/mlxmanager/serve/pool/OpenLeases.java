package io.mlxmanager.serve.pool;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The leases that somebody holds, and until when those may be used whose model's end was asked for. */
final class OpenLeases {

    private final Set<ModelLease> open = ConcurrentHashMap.newKeySet();
    /** Milliseconds of the pool's clock. Pool thread only. */
    private final Map<ModelLease, Long> notices = new HashMap<>();

    /** Any thread. */
    void opened(ModelLease lease) {
        open.add(lease);
    }

    /** Any thread. */
    void closed(ModelLease lease) {
        open.remove(lease);
    }

    /** Whoever uses a model now may do so until then, and no longer than an earlier notice said. */
    void giveNotice(String id, long end) {
        open.stream().filter(lease -> lease.id().equals(id)).forEach(lease -> notices.merge(lease, end, Math::min));
    }

    /** Ends what still runs though its notice is over. */
    void endOverdue(long now) {
        notices.keySet().retainAll(open);
        notices.forEach((lease, end) -> {
            if (now >= end) {
                lease.withdraw();
            }
        });
    }
}
