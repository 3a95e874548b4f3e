package io.mlxmanager.serve.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The pool's mind: receives events, keeps the books, calls effects. Needs no lock, because one thread delivers all events
 * in order, and starts no work itself, so tests drive it without threads.
 *
 * <p>Invariants: the bytes of all entries, those being loaded or unloaded included, and of the contexts of all leases never
 * exceed the budget (unless the budget was lowered below what is in use); an entry with leases is never unloaded for another
 * model; a model is loaded once however many ask; every ticket is answered; tickets that wait for room are served in their
 * turn (of one tenant: in the order they came), so none starves behind smaller ones; who waits holds nothing, so nobody waits
 * for somebody who waits; a pinned entry leaves only when it is told to.
 *
 * <p>More than four hundred lines, because all events of the one state machine stand together.
 *
 * @param <M> a loaded model
 */
final class PoolScheduler<M> {

    /** So many requests for ready models may overtake one that waits for room; then they wait behind it. */
    private static final int MAX_OVERTAKINGS = 32;

    /** Models stay until their room is needed. */
    private static final long FOR_EVER = -1;

    private final PoolEffects<M> effects;
    private final PoolBooks<M> books;
    private final PoolRoom<M> room;
    private final CrashBook crashes;
    private final Map<String, PoolEntry<M>> entries;
    private final List<PoolTicket<M>> waiting = new ArrayList<>();
    private final Deque<Runnable> answers = new ArrayDeque<>();
    private final LongSupplier clock;
    /** Leases of models that were lost, which take no room any more. */
    private final Map<PoolTicket<M>, PoolEntry<M>> orphans = new HashMap<>();

    private long keepAlive = FOR_EVER;
    private long uses;
    private long arrivals;
    private int overtakings;
    private PoolTicket<M> blocked;
    private boolean closed;

    /**
     * @param clock milliseconds that only grow
     * @param crashes says which models are refused
     */
    PoolScheduler(long budget, LongSupplier clock, PoolEffects<M> effects, CrashBook crashes) {
        this.crashes = crashes;
        this.books = new PoolBooks<>(budget);
        this.entries = books.entries;
        this.room = new PoolRoom<>(books, effects);
        this.clock = clock;
        this.effects = effects;
    }

    /** Somebody wants a model. */
    void onAcquire(PoolTicket<M> ticket) {
        if (closed) {
            refuse(ticket, stopping());
            publish();
            return;
        }
        ticket.came(++arrivals);
        waiting.add(ticket);
        serveWaiting();
    }

    /** Somebody who waits has gone. */
    void onCancel(PoolTicket<M> ticket) {
        boolean known = waiting.remove(ticket);
        for (PoolEntry<M> entry : entries.values()) {
            known |= entry.joined.remove(ticket);
            if (entry.promised == ticket) {
                entry.promised = null;
                known = true;
            }
        }
        if (known) {
            refuse(ticket, new CancellationException("cancelled"));
            serveWaiting();
        }
    }

    /** So much of a model being loaded was read. */
    void onProgress(String id, int percent) {
        PoolEntry<M> entry = entries.get(id);
        if (entry != null && entry.state == ModelState.LOADING) {
            entry.percent = percent;
            publish();
        }
    }

    /** Those who joined are served now if there is room for their contexts, else in their turn. */
    void onLoaded(String id, M model) {
        PoolEntry<M> entry = entries.get(id);
        entry.percent = 100;
        entry.model = model;
        entry.state = ModelState.READY;
        if (entry.promised != null) {
            PoolTicket<M> first = entry.promised;
            entry.promised = null;
            grant(first, entry);
        }
        for (PoolTicket<M> ticket : entry.joined) {
            if (books.fits(ticket.work())) {
                grant(ticket, entry);
            } else if (closed) {
                refuse(ticket, stopping());
            } else {
                waiting.add(ticket);
            }
        }
        entry.joined.clear();
        touch(entry);
        settle(id, entry);
    }

    void onLoadFailed(String id, RuntimeException reason) {
        PoolEntry<M> entry = entries.remove(id);
        if (entry.promised != null) {
            refuse(entry.promised, reason);
        }
        entry.joined.forEach(ticket -> refuse(ticket, reason));
        serveWaiting();
    }

    /** A lease ended. */
    void onRelease(PoolTicket<M> ticket) {
        PoolEntry<M> lost = orphans.remove(ticket);
        if (lost != null) {
            lost.held.remove(ticket);
            discardUnused(lost);
            return;
        }
        PoolEntry<M> entry = entries.get(ticket.id());
        entry.held.remove(ticket);
        touch(entry);
        settle(ticket.id(), entry);
    }

    /**
     * Somebody who holds a lease wants more room for contexts; it is there now or it is not given.
     *
     * @param inTurn whether those who wait for room come first
     * @return whether it was given
     */
    boolean onGrow(PoolTicket<M> ticket, long bytes, boolean inTurn) {
        if (orphans.containsKey(ticket)) {
            return false;
        }
        boolean granted = books.fits(bytes) && !(inTurn && blocked != null);
        if (granted) {
            ticket.grow(bytes);
        } else if (blocked == null) {
            room.makeRoom(ticket.id(), bytes);
        }
        publish();
        return granted;
    }

    /**
     * An adapter is wanted beside a model that somebody holds, and stays as long as the model. Where there is no room, idle
     * models begin to leave for it, so that it may be asked for again.
     *
     * @return whether it is there already, or has its room now
     */
    boolean onAdapter(String id, String adapter, long bytes) {
        PoolEntry<M> entry = entries.get(id);
        if (entry == null || entry.adapters.contains(adapter)) {
            return entry != null;
        }
        boolean given = room.makeRoom(id, bytes);
        if (given) {
            entry.adapters.add(adapter);
            entry.bytes += bytes;
        }
        publish();
        return given;
    }

    /** Unload as soon as nobody uses it; requests that come meanwhile load it again. */
    void onUnload(String id) {
        PoolEntry<M> entry = entries.get(id);
        if (entry != null && entry.state != ModelState.UNLOADING) {
            entry.unloadWhenIdle = true;
            settle(id, entry);
        }
    }

    void onUnloaded(String id) {
        entries.remove(id);
        serveWaiting();
    }

    /**
     * Models that were ready are gone, and their memory with them. Who holds a lease of one keeps it, for nothing; who asks
     * from now on waits for another load.
     *
     * @return the ids of those that were pinned, which have to be loaded again
     */
    List<String> onLost(Predicate<M> lost) {
        List<String> pinned = new ArrayList<>();
        for (String id : List.copyOf(entries.keySet())) {
            PoolEntry<M> entry = entries.get(id);
            if (entry.state == ModelState.READY && lost.test(entry.model)) {
                entries.remove(id);
                entry.held.forEach(ticket -> orphans.put(ticket, entry));
                discardUnused(entry);
                if (books.pins.contains(id) && !entry.unloadWhenIdle) {
                    pinned.add(id);
                }
            }
        }
        serveWaiting();
        return pinned;
    }

    /** The engine has ended while it worked on a model; what was lost is told besides. */
    void onCrashed(String id) {
        crashes.crashed(id);
    }

    /** A model that is refused for its crashes shall be tried again. */
    void onPardon(String id) {
        crashes.pardon(id);
    }

    private void discardUnused(PoolEntry<M> lost) {
        if (lost.held.isEmpty()) {
            effects.discard(lost.model);
        }
    }

    /** The limit for all models changed, in bytes. */
    void onBudget(long bytes) {
        books.budget = bytes;
        room.shrink();
        serveWaiting();
    }

    /** How many models may be in memory at once changed; 0 for as many as fit. */
    void onMostModels(int models) {
        books.most = models;
        room.shrink();
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
            books.pins.add(id);
        } else {
            books.pins.remove(id);
        }
        serveWaiting();
    }

    /** Time has passed: models that were idle for too long go. */
    void onTick() {
        for (String id : List.copyOf(entries.keySet())) {
            if (expired(id, entries.get(id))) {
                room.startUnload(id);
            }
        }
        publish();
    }

    private boolean expired(String id, PoolEntry<M> entry) {
        long stay = entry.keepAlive.orElse(keepAlive);
        return entry.state == ModelState.READY
                && entry.idle()
                && !books.pins.contains(id)
                && !wanted(id)
                && stay >= 0
                && clock.getAsLong() - entry.idleSince >= stay;
    }

    /** No more requests; waiters are refused, idle models go now and the others when they are released. */
    void onShutdown() {
        closed = true;
        for (PoolTicket<M> ticket : waiting) {
            refuse(ticket, stopping());
        }
        waiting.clear();
        for (String id : List.copyOf(entries.keySet())) {
            onUnload(id);
        }
        publish();
    }

    List<PoolBooks.View<M>> views() {
        return books.views();
    }

    /** Bytes that contexts may take. */
    long work() {
        return books.work();
    }

    boolean empty() {
        return entries.isEmpty();
    }

    /** How many wait for each model that is not in memory. */
    Map<String, Integer> queued() {
        Map<String, Integer> queued = new LinkedHashMap<>();
        waiting.stream()
                .filter(ticket -> !entries.containsKey(ticket.id()))
                .forEach(ticket -> queued.merge(ticket.id(), 1, Integer::sum));
        return queued;
    }

    /**
     * Serves tickets in their turn:
     * 1. what is asked never fits, alone or beside what is pinned, or the engine keeps ending with it: refuse; 2. the model is absent: load it if there is room, else
     * make room or wait, and let nobody who comes later take the room; 3. it is on its way out: wait; 4. it is ready: grant if
     * there is room for the context, else as 2, unless too many have overtaken somebody who waits for room; 5. it is being
     * loaded: join.
     */
    private void serveWaiting() {
        PoolTicket<M> before = blocked;
        blocked = null;
        for (PoolTicket<M> ticket : Turns.of(waiting, entries.values())) {
            PoolEntry<M> entry = entries.get(ticket.id());
            Optional<? extends RuntimeException> never = refusal(ticket, entry);
            if (never.isPresent()) {
                waiting.remove(ticket);
                refuse(ticket, never.get());
            } else if (entry == null) {
                if (blocked == null && startLoad(ticket)) {
                    waiting.remove(ticket);
                } else {
                    block(ticket);
                }
            } else if (entry.state == ModelState.LOADING && !entry.unloadWhenIdle) {
                waiting.remove(ticket);
                entry.joined.add(ticket);
            } else if (entry.state == ModelState.READY && !entry.unloadWhenIdle) {
                serveReady(ticket, entry);
            }
        }
        overtakings = blocked == null || blocked != before ? 0 : overtakings;
        publish();
    }

    private Optional<? extends RuntimeException> refusal(PoolTicket<M> ticket, PoolEntry<M> entry) {
        Optional<CrashingModelException> crashing = entry == null ? crashes.refusal(ticket.id()) : Optional.empty();
        return crashing.isPresent() ? crashing : room.refusal(ticket);
    }

    private void serveReady(PoolTicket<M> ticket, PoolEntry<M> entry) {
        boolean overtakes = blocked != null;
        if (overtakes && overtakings >= MAX_OVERTAKINGS) {
            return;
        }
        if (overtakes ? books.fits(ticket.work()) : room.makeRoom(ticket.id(), ticket.work())) {
            waiting.remove(ticket);
            grant(ticket, entry);
            overtakings += overtakes ? 1 : 0;
        } else {
            block(ticket);
        }
    }

    private void block(PoolTicket<M> ticket) {
        blocked = blocked == null ? ticket : blocked;
    }

    private boolean startLoad(PoolTicket<M> ticket) {
        if (!room.placeFree() || !room.makeRoom(ticket.id(), ticket.bytes() + ticket.work())) {
            return false;
        }
        entries.put(ticket.id(), new PoolEntry<>(ticket));
        room.lend();
        effects.load(ticket.id());
        return true;
    }

    private void grant(PoolTicket<M> ticket, PoolEntry<M> entry) {
        entry.held.add(ticket);
        if (ticket.keepAlive().isPresent()) {
            entry.keepAlive = ticket.keepAlive();
        }
        touch(entry);
        answers.add(() -> effects.grant(ticket, entry.model));
    }

    private static CancellationException stopping() {
        return new CancellationException("the server is stopping");
    }

    private void refuse(PoolTicket<M> ticket, RuntimeException reason) {
        answers.add(() -> effects.refuse(ticket, reason));
    }

    /** The books are shown before anybody is answered, so that whoever has a lease sees it in them. */
    private void publish() {
        room.lend();
        effects.changed();
        for (Runnable answer = answers.poll(); answer != null; answer = answers.poll()) {
            answer.run();
        }
    }

    private void touch(PoolEntry<M> entry) {
        entry.lastUsed = ++uses;
        entry.idleSince = clock.getAsLong();
    }

    /** After an entry changed: it may have to go, and then others may come. */
    private void settle(String id, PoolEntry<M> entry) {
        if (entry.unloadWhenIdle && entry.state == ModelState.READY && entry.idle()) {
            room.startUnload(id);
        } else if (expired(id, entry)) {
            room.startUnload(id);
        } else {
            room.shrink();
        }
        serveWaiting();
    }

    /** Somebody waits for the model itself: unloading it would only mean to load it again. */
    private boolean wanted(String id) {
        return waiting.stream().anyMatch(ticket -> ticket.id().equals(id));
    }
}
