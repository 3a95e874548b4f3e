package io.mlxmanager.serve.generate;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The requests that are being served now, so that one can be ended from outside. Any thread. */
@ApplicationScoped
public class RunningRequests {

    /** One of them; to be closed with its run. Identity counts. */
    public final class Entry implements AutoCloseable {

        private final String tenant;
        private final Set<String> names;
        private final ChatRun run;

        private Entry(String tenant, Set<String> names, ChatRun run) {
            this.tenant = tenant;
            this.names = names;
            this.run = run;
        }

        @Override
        public void close() {
            entries.remove(this);
        }
    }

    private final Set<Entry> entries = ConcurrentHashMap.newKeySet();

    /**
     * @param tenant whose request it is
     * @param names by which it may be called; callers choose some of them, so they need not be unique
     */
    public Entry enter(String tenant, Set<String> names, ChatRun run) {
        Entry entry = new Entry(tenant, Set.copyOf(names), run);
        entries.add(entry);
        return entry;
    }

    /**
     * Ends the requests of that name.
     *
     * @param mayEnd tells by the tenant whether the caller may
     * @return how many were told to end
     */
    public int cancel(String name, Predicate<String> mayEnd) {
        List<Entry> meant = entries.stream()
                .filter(entry -> entry.names.contains(name) && mayEnd.test(entry.tenant))
                .toList();
        meant.forEach(entry -> entry.run.cancel());
        return meant.size();
    }
}
