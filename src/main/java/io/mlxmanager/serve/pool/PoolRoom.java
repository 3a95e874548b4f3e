package io.mlxmanager.serve.pool;

import io.mlxmanager.serve.pool.PoolPolicy.Decision;
import io.mlxmanager.serve.pool.PoolPolicy.Resident;
import io.mlxmanager.serve.pool.PoolPolicy.Use;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether there is room for what somebody wants, and who leaves for it where there is none. Confined to the pool's thread.
 *
 * @param <M> a loaded model
 */
final class PoolRoom<M> {

    private final PoolBooks<M> books;
    private final PoolEffects<M> effects;
    private long spare = -1;

    PoolRoom(PoolBooks<M> books, PoolEffects<M> effects) {
        this.books = books;
        this.effects = effects;
    }

    /** Why what a ticket asks for will never be there, alone or beside what is pinned; empty when it may be. */
    Optional<PoolFullException> refusal(PoolTicket<M> ticket) {
        PoolEntry<M> entry = books.entries.get(ticket.id());
        if (entry == null && books.most > 0 && books.pinnedModels(ticket.id()) >= books.most) {
            return Optional.of(new PoolFullException(ticket, books.most));
        }
        long room = books.budget - books.pinnedBytes(ticket.id());
        boolean never = entry == null
                ? ticket.bytes() + ticket.work() > room
                : ticket.work() > 0 && entry.bytes + ticket.work() > room;
        return never
                ? Optional.of(new PoolFullException(ticket, books.budget, books.pinnedBytes(ticket.id())))
                : Optional.empty();
    }

    /** Whether one more model may be there now; where not, the one that was idle longest begins to leave for it. */
    boolean placeFree() {
        if (books.most == 0 || books.entries.size() < books.most) {
            return true;
        }
        if (books.staying() >= books.most) {
            books.residents().stream()
                    .filter(each -> each.use() == Use.IDLE)
                    .min(Comparator.comparingLong(Resident::lastUsed))
                    .ifPresent(each -> startUnload(each.id()));
        }
        return false;
    }

    /** Whether so much is free now; where it is not, idle models other than {@code id} begin to leave for it. */
    boolean makeRoom(String id, long bytes) {
        if (books.fits(bytes)) {
            return true;
        }
        List<Resident> others = books.residents().stream()
                .map(each -> each.id().equals(id) && each.use() == Use.IDLE
                        ? new Resident(id, each.bytes(), Use.BUSY, each.lastUsed())
                        : each)
                .toList();
        if (PoolPolicy.roomFor(bytes, others, books.budget - books.work()) instanceof Decision.Evict evict) {
            evict.ids().forEach(this::startUnload);
        }
        return false;
    }

    /** After a limit was lowered, or somebody has gone: what is idle and too much begins to leave. */
    void shrink() {
        if (books.used() > books.budget) {
            PoolPolicy.excess(books.residents(), books.budget - books.work()).forEach(this::startUnload);
        }
        books.residents().stream()
                .filter(each -> each.use() == Use.IDLE)
                .sorted(Comparator.comparingLong(Resident::lastUsed))
                .limit(books.most == 0 ? 0 : Math.max(0, books.staying() - books.most))
                .forEach(each -> startUnload(each.id()));
    }

    /** What nobody needs now may hold cached prompts; they are the first to make room. */
    void lend() {
        long free = Math.max(0, books.budget - books.used());
        if (free != spare) {
            spare = free;
            effects.spare(free);
        }
    }

    void startUnload(String id) {
        PoolEntry<M> entry = books.entries.get(id);
        entry.state = ModelState.UNLOADING;
        effects.unload(id, entry.model);
    }
}
