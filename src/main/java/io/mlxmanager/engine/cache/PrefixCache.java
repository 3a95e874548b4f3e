package io.mlxmanager.engine.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Keys and values of prompts and answers of one model that are over, for the next prompt that begins with the same tokens.
 * Kept as a tree of blocks for each tenant, so that what conversations share is held once, and no tenant can tell by the time it
 * takes what another has asked. Within a budget of bytes; what was not used for longest goes first. Confined to the engine
 * thread.
 */
public final class PrefixCache implements AutoCloseable {

    /** Fewer tokens are read as fast as they are found. */
    private static final int LEAST = 16;

    private final Budget budget;
    private final int block;
    private final Map<String, Node> roots = new HashMap<>();
    private final Optional<Outside> outside;

    /** Where blocks go besides. */
    public record Outside(PrefixKeys keys, PrefixSpill spill) {}

    /** What all models' prefixes together may hold. Confined to the engine thread. */
    public static final class Budget {

        private final long configured;
        private long most;
        private long held;

        /** In the order of their last use. A node is marked after those below it, so the first one is a leaf. */
        private final Set<Node> nodes = new LinkedHashSet<>();

        /** @param most bytes; 0 keeps nothing */
        public Budget(long most) {
            this.configured = most;
            this.most = most;
        }

        /** Keeps to fewer bytes, or to as many as it was made for, when others need the memory or give it back. */
        public void limit(long bytes) {
            most = Math.min(configured, bytes);
            shrink();
        }

        /** Bytes held now. */
        public long held() {
            return held;
        }

        private void add(Node node) {
            held += node.stored.bytes();
            nodes.add(node);
        }

        private void touch(Node node) {
            for (Node each = node; each.parent != null; each = each.parent) {
                nodes.remove(each);
                nodes.add(each);
            }
        }

        private void remove(Node node) {
            nodes.remove(node);
            held -= node.stored.bytes();
            node.parent.children.remove(node.key());
            node.close();
        }

        private void complete(Node node, ModelCache cache) {
            held -= node.stored.bytes();
            node.stored.takeStates(cache);
            held += node.stored.bytes();
        }

        private void shrink() {
            Iterator<Node> eldest = nodes.iterator();
            while (held > most && eldest.hasNext()) {
                remove(eldest.next());
                eldest = nodes.iterator();
            }
        }
    }

    /** A block of tokens behind those of its parents, or, as a leaf, a part of a block. */
    static final class Node {

        private final Node parent;
        private final int[] tokens;
        private final ModelCache stored;
        private final Map<List<Integer>, Node> children = new HashMap<>();
        private final String name;
        private Optional<PrefixSpill> spill = Optional.empty();
        private boolean removed;

        Node(Node parent, int[] tokens, ModelCache stored, String name) {
            this.parent = parent;
            this.tokens = tokens;
            this.stored = stored;
            this.name = name;
        }

        /** Outside this process; empty where there is no outside, and for parts of blocks. */
        String name() {
            return name;
        }

        boolean removed() {
            return removed;
        }

        List<StoredBlock.Tensor> export() {
            return stored.export();
        }

        private void close() {
            removed = true;
            stored.close();
            spill.ifPresent(each -> each.removed(this));
        }

        List<Integer> key() {
            return keyOf(tokens);
        }
    }

    /** @param block positions that caches share at least */
    public PrefixCache(Budget budget, int block) {
        this(budget, block, Optional.empty());
    }

    /** As {@link #PrefixCache(Budget, int)}, with a place outside the process. */
    public PrefixCache(Budget budget, int block, Optional<Outside> outside) {
        this.budget = budget;
        this.block = block;
        this.outside = outside;
    }

    /** The last position up to {@code length} at which a block ends. */
    public int blockEnd(int length) {
        return length / block * block;
    }

    private static List<Integer> keyOf(int[] tokens) {
        return Arrays.stream(tokens).boxed().toList();
    }

    /**
     * Fills an empty cache with what is known of the beginning of a prompt.
     *
     * @param most tokens to restore at most
     * @return tokens restored
     */
    public int restore(String tenant, int[] tokens, int most, ModelCache cache) {
        Node root = roots.get(tenant);
        if (root == null) {
            return 0;
        }
        List<Node> path = path(root, tokens, most);
        Tail tail = tail(path.isEmpty() ? root : path.get(path.size() - 1), tokens, path.size() * block, most, cache);
        if (tail == null) {
            while (!path.isEmpty() && !path.get(path.size() - 1).stored.complete()) {
                path.remove(path.size() - 1);
            }
        }
        path.forEach(each -> cache.adopt(each.stored));
        int restored = path.size() * block;
        if (tail != null) {
            try (ModelCache part = tail.node.stored.share(0, tail.length)) {
                cache.adopt(part);
            }
            restored += tail.length;
            path.add(tail.node);
        }
        if (!path.isEmpty()) {
            budget.touch(path.get(path.size() - 1));
        }
        return restored;
    }

    /** Whole blocks that the tokens begin with. */
    private List<Node> path(Node root, int[] tokens, int most) {
        List<Node> path = new ArrayList<>();
        Node node = root;
        for (int at = 0; at + block <= most; at += block) {
            node = node.children.get(keyOf(Arrays.copyOfRange(tokens, at, at + block)));
            if (node == null) {
                break;
            }
            path.add(node);
        }
        return path;
    }

    /** Part of what lies below a node. */
    private record Tail(Node node, int length) {}

    /** The longest part that goes on alike, null where it is not worth it; of what cannot be divided, only a whole one. */
    private static Tail tail(Node parent, int[] tokens, int at, int most, ModelCache cache) {
        Tail longest = null;
        for (Node child : parent.children.values()) {
            int same = common(child.tokens, tokens, at, most);
            boolean usable = cache.divisible() || (same == child.tokens.length && child.stored.complete());
            if (usable && same >= LEAST && (longest == null || same > longest.length)) {
                longest = new Tail(child, same);
            }
        }
        return longest;
    }

    private static int common(int[] known, int[] tokens, int at, int most) {
        int length = Math.min(known.length, most - at);
        int same = 0;
        while (same < length && known[same] == tokens[at + same]) {
            same++;
        }
        return same;
    }

    /** Keeps the whole blocks of the first {@code length} positions of a cache that is still in use. */
    public void keepBlocks(String tenant, int[] tokens, int length, ModelCache cache) {
        if (budget.most > 0) {
            blocks(tenant, tokens, length, cache);
            budget.shrink();
        }
    }

    /** Keeps the first {@code length} positions of a cache that is about to be closed. */
    public void keep(String tenant, int[] tokens, int length, ModelCache cache) {
        if (budget.most == 0) {
            return;
        }
        Node last = blocks(tenant, tokens, length, cache);
        int from = length / block * block;
        if (length - from >= LEAST) {
            tail(last, Arrays.copyOfRange(tokens, from, length), cache.share(from, length));
        }
        budget.shrink();
    }

    private Node blocks(String tenant, int[] tokens, int length, ModelCache cache) {
        Node node = roots.computeIfAbsent(tenant, this::root);
        for (int at = 0; at + block <= length; at += block) {
            int[] part = Arrays.copyOfRange(tokens, at, at + block);
            Node next = node.children.get(keyOf(part));
            if (next == null) {
                next = new Node(node, part, cache.share(at, at + block), name(node, part));
                replaceBeginnings(node, part);
                node.children.put(next.key(), next);
                budget.add(next);
                spill(next);
            } else if (!next.stored.complete() && at + block == cache.length()) {
                budget.complete(next, cache);
            }
            node = next;
        }
        budget.touch(node);
        return node;
    }

    private Node root(String tenant) {
        return new Node(
                null,
                new int[0],
                null,
                outside.map(each -> each.keys().root(tenant)).orElse(""));
    }

    private String name(Node parent, int[] tokens) {
        return outside.map(each -> each.keys().next(parent.name, tokens, 0, tokens.length))
                .orElse("");
    }

    private void spill(Node node) {
        node.spill = outside.filter(place -> node.stored.divisible()).map(Outside::spill);
        node.spill.ifPresent(each -> each.added(node));
    }

    private void tail(Node parent, int[] tokens, ModelCache stored) {
        boolean known = parent.children.values().stream()
                .anyMatch(child -> common(child.tokens, tokens, 0, tokens.length) == tokens.length);
        if (known) {
            stored.close();
            return;
        }
        replaceBeginnings(parent, tokens);
        Node leaf = new Node(parent, tokens, stored, "");
        parent.children.put(leaf.key(), leaf);
        budget.add(leaf);
        budget.touch(leaf);
    }

    /** A part of a block that the new one begins with is held by the new one as well. */
    private void replaceBeginnings(Node parent, int[] tokens) {
        List.copyOf(parent.children.values()).stream()
                .filter(child -> child.tokens.length < tokens.length
                        && common(child.tokens, tokens, 0, tokens.length) == child.tokens.length)
                .forEach(budget::remove);
    }

    /** Forgets everything. */
    @Override
    public void close() {
        for (Node node : List.copyOf(budget.nodes)) {
            Node root = node;
            while (root.parent != null) {
                root = root.parent;
            }
            if (roots.containsValue(root)) {
                budget.nodes.remove(node);
                budget.held -= node.stored.bytes();
                node.close();
            }
        }
        roots.clear();
    }
}
