package io.mlxmanager.serve.pool;

import io.mlxmanager.serve.pool.PoolPolicy.Decision;
import io.mlxmanager.serve.pool.PoolPolicy.Resident;
import io.mlxmanager.serve.pool.PoolPolicy.Use;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;

/**
 * The pool's mind: receives events, keeps the books, calls effects. Needs no lock, because one thread delivers all events
 * in order, and starts no work itself, so tests drive it without threads.
 *
 * <p>Invariants: the bytes of all entries, those being loaded or unloaded included, never exceed the budget (unless the
 * budget was lowered below what is in use); an entry with leases is never unloaded for another model; a model is loaded
 * once however many ask; every ticket is answered; tickets that wait for room are served in the order they came, so none
 * starves behind smaller models; a pinned entry leaves only when it is told to.
 *
 * @param <M> a loaded model
 */
final class PoolScheduler<M> {

    /** So many requests for ready models may overtake one that waits for room; then they wait behind it. */
    private static final int MAX_OVERTAKINGS = 32;

    /** Models stay until their room is needed. */
    private static final long FOR_EVER = -1;

    /** One model in memory, or on its way in or out. */
    private static final class Entry<M> {
        private final long bytes;
        private final List<PoolTicket<M>> joined = new ArrayList<>();
        private ModelState state = ModelState.LOADING;
        private M model;
        private int leases;
        private long lastUsed;
        private boolean unloadWhenIdle;
        private OptionalLong keepAlive = OptionalLong.empty();
        private long idleSince;
        private int percent;

        private Entry(long bytes) {
            this.bytes = bytes;
        }
    }

    /** The public picture of one entry. */
    record View<M>(String id, long bytes, ModelState state, int percent, int leases, M model, boolean pinned) {}

    private final PoolEffects<M> effects;
    private final Map<String, Entry<M>> entries = new LinkedHashMap<>();
    private final Deque<PoolTicket<M>> waiting = new ArrayDeque<>();
    private final Deque<Runnable> answers = new ArrayDeque<>();
    private final LongSupplier clock;
    private final Set<String> pins = new HashSet<>();
    private long keepAlive = FOR_EVER;
    private long budget;
    private long uses;
    private int overtakings;
    private boolean closed;

    /** @param clock milliseconds that only grow */
    PoolScheduler(long budget, LongSupplier clock, PoolEffects<M> effects) {
        this.budget = budget;
        this.clock = clock;
        this.effects = effects;
    }

    /** Somebody wants a model. */
    void onAcquire(PoolTicket<M> ticket) {
        if (closed) {
            refuse(ticket, new CancellationException("the server is stopping"));
            publish();
            return;
        }
        waiting.add(ticket);
        serveWaiting();
    }

    /** Somebody who waits has gone. */
    void onCancel(PoolTicket<M> ticket) {
        boolean known = waiting.remove(ticket);
        for (Entry<M> entry : entries.values()) {
            known |= entry.joined.remove(ticket);
        }
        if (known) {
            refuse(ticket, new CancellationException("cancelled"));
            serveWaiting();
        }
    }

    /** So much of a model being loaded was read. */
    void onProgress(String id, int percent) {
        Entry<M> entry = entries.get(id);
        if (entry != null && entry.state == ModelState.LOADING) {
            entry.percent = percent;
            publish();
        }
    }

    void onLoaded(String id, M model) {
        Entry<M> entry = entries.get(id);
        entry.percent = 100;
        entry.model = model;
        entry.state = ModelState.READY;
        entry.joined.forEach(ticket -> grant(ticket, entry));
        entry.joined.clear();
        touch(entry);
        settle(id, entry);
    }

    void onLoadFailed(String id, RuntimeException reason) {
        Entry<M> entry = entries.remove(id);
        entry.joined.forEach(ticket -> refuse(ticket, reason));
        serveWaiting();
    }

    /** One lease of a model ended. */
    void onRelease(String id) {
        Entry<M> entry = entries.get(id);
        entry.leases--;
        touch(entry);
        settle(id, entry);
    }

    /** Unload as soon as nobody uses it; requests that come meanwhile load it again. */
    void onUnload(String id) {
        Entry<M> entry = entries.get(id);
        if (entry != null && entry.state != ModelState.UNLOADING) {
            entry.unloadWhenIdle = true;
            settle(id, entry);
        }
    }

    void onUnloaded(String id) {
        entries.remove(id);
        serveWaiting();
    }

    /** The limit for all models changed, in bytes. */
    void onBudget(long bytes) {
        budget = bytes;
        PoolPolicy.excess(residents(), budget).forEach(this::startUnload);
        serveWaiting();
    }

    /** How long idle models stay whose users said nothing: milliseconds, negative for ever. */
    void onKeepAlive(long milliseconds) {
        keepAlive = milliseconds;
        onTick();
    }

    /** A pinned model, now or once it is there, makes room for nobody and outlives every keep-alive. */
    void onPin(String id, boolean pinned) {
        if (pinned) {
            pins.add(id);
        } else {
            pins.remove(id);
        }
        serveWaiting();
    }

    /** Time has passed: models that were idle for too long go. */
    void onTick() {
        for (String id : List.copyOf(entries.keySet())) {
            if (expired(id, entries.get(id))) {
                startUnload(id);
            }
        }
        publish();
    }

    private boolean expired(String id, Entry<M> entry) {
        long stay = entry.keepAlive.orElse(keepAlive);
        return entry.state == ModelState.READY
                && entry.leases == 0
                && !pins.contains(id)
                && !wanted(id)
                && stay >= 0
                && clock.getAsLong() - entry.idleSince >= stay;
    }

    /** No more requests; waiters are refused, idle models go now and the others when they are released. */
    void onShutdown() {
        closed = true;
        for (PoolTicket<M> ticket : waiting) {
            refuse(ticket, new CancellationException("the server is stopping"));
        }
        waiting.clear();
        for (String id : List.copyOf(entries.keySet())) {
            onUnload(id);
        }
        publish();
    }

    List<View<M>> views() {
        List<View<M>> views = new ArrayList<>();
        entries.forEach((id, entry) -> views.add(
                new View<>(id, entry.bytes, entry.state, entry.percent, entry.leases, entry.model, pins.contains(id))));
        return views;
    }

    boolean empty() {
        return entries.isEmpty();
    }

    /**
     * Serves tickets in order:
     * 1. the model never fits, alone or beside what is pinned: refuse; 2. it is absent: load it if there is room, else make room or wait, and let nobody
     * who came later take the room; 3. it is on its way out: wait; 4. it is ready: grant, unless too many have overtaken
     * somebody who waits for room; 5. it is being loaded: join.
     */
    private void serveWaiting() {
        boolean roomTaken = false;
        Iterator<PoolTicket<M>> each = waiting.iterator();
        while (each.hasNext()) {
            PoolTicket<M> ticket = each.next();
            Entry<M> entry = entries.get(ticket.id());
            if (entry == null && ticket.bytes() > budget - pinnedBytes()) {
                each.remove();
                refuse(ticket, new PoolFullException(ticket.id(), ticket.bytes(), budget, pinnedBytes()));
            } else if (entry == null) {
                if (!roomTaken && startLoad(ticket)) {
                    each.remove();
                } else {
                    roomTaken = true;
                }
            } else if (entry.state == ModelState.LOADING && !entry.unloadWhenIdle) {
                each.remove();
                entry.joined.add(ticket);
            } else if (entry.state == ModelState.READY
                    && !entry.unloadWhenIdle
                    && (!roomTaken || overtakings < MAX_OVERTAKINGS)) {
                each.remove();
                grant(ticket, entry);
                overtakings += roomTaken ? 1 : 0;
            }
        }
        publish();
    }

    private boolean startLoad(PoolTicket<M> ticket) {
        Decision decision = PoolPolicy.roomFor(ticket.bytes(), residents(), budget);
        if (decision instanceof Decision.Evict evict) {
            evict.ids().forEach(this::startUnload);
        }
        if (!(decision instanceof Decision.Load)) {
            return false;
        }
        Entry<M> entry = new Entry<>(ticket.bytes());
        entry.joined.add(ticket);
        entries.put(ticket.id(), entry);
        overtakings = 0;
        effects.load(ticket.id());
        return true;
    }

    private void grant(PoolTicket<M> ticket, Entry<M> entry) {
        entry.leases++;
        if (ticket.keepAlive().isPresent()) {
            entry.keepAlive = ticket.keepAlive();
        }
        touch(entry);
        answers.add(() -> effects.grant(ticket, entry.model));
    }

    private void refuse(PoolTicket<M> ticket, RuntimeException reason) {
        answers.add(() -> effects.refuse(ticket, reason));
    }

    /** The books are shown before anybody is answered, so that whoever has a lease sees it in them. */
    private void publish() {
        effects.changed();
        for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.run();
        }
    }

    private void touch(Entry<M> entry) {
        entry.lastUsed = ++uses;
        entry.idleSince = clock.getAsLong();
    }

    /** After an entry changed: it may have to go, and then others may come. */
    private void settle(String id, Entry<M> entry) {
        if (entry.unloadWhenIdle && entry.state == ModelState.READY && entry.leases == 0) {
            startUnload(id);
        } else if (expired(id, entry)) {
            startUnload(id);
        } else if (entry.leases == 0 && overBudget()) {
            PoolPolicy.excess(residents(), budget).forEach(this::startUnload);
        }
        serveWaiting();
    }

    /** Somebody waits for the model itself: unloading it would only mean to load it again. */
    private boolean wanted(String id) {
        return waiting.stream().anyMatch(ticket -> ticket.id().equals(id));
    }

    private long pinnedBytes() {
        return entries.entrySet().stream()
                .filter(entry -> pins.contains(entry.getKey()) && entry.getValue().state != ModelState.UNLOADING)
                .filter(entry -> !entry.getValue().unloadWhenIdle)
                .mapToLong(entry -> entry.getValue().bytes)
                .sum();
    }

    private boolean overBudget() {
        return entries.values().stream().mapToLong(entry -> entry.bytes).sum() > budget;
    }

    private void startUnload(String id) {
        Entry<M> entry = entries.get(id);
        entry.state = ModelState.UNLOADING;
        effects.unload(id, entry.model);
    }

    private Collection<Resident> residents() {
        List<Resident> residents = new ArrayList<>();
        entries.forEach((id, entry) -> residents.add(new Resident(id, entry.bytes, use(id, entry), entry.lastUsed)));
        return residents;
    }

    private Use use(String id, Entry<?> entry) {
        return switch (entry.state) {
            case LOADING -> Use.BUSY;
            case READY -> entry.leases == 0 && !pins.contains(id) ? Use.IDLE : Use.BUSY;
            case UNLOADING -> Use.LEAVING;
        };
    }
}
