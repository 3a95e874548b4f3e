package io.mlxmanager.chat.constraint;

import io.mlxmanager.chat.constraint.Form.Repeat;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lays forms out between nodes of a graph; what the edges carry is for the graph to say. Confined to one thread. */
abstract class Construction {

    /** More than any sensible schema needs; a guard against {@code {1,100000}} inside of another. */
    private static final int MOST_NODES = 300_000;

    private int nodes;

    /** A new node. */
    final int node() {
        if (nodes == MOST_NODES) {
            throw GrammarException.unsupported(
                    "", "is too large: its bounds multiply to more than " + MOST_NODES + " states.");
        }
        return nodes++;
    }

    final int nodes() {
        return nodes;
    }

    abstract void empty(int from, int to);

    abstract void chars(int from, CodePoints set, int to);

    /** A form that is more than characters one after the other. */
    abstract void other(int from, Form form, int to);

    final void lay(int from, Form form, int to) {
        if (form instanceof Form.Text text) {
            text(from, text.text(), to);
        } else if (form instanceof Form.Chars chars) {
            chars(from, chars.set(), to);
        } else if (form instanceof Form.Sequence sequence) {
            sequence(from, sequence.parts(), to);
        } else if (form instanceof Form.Choice choice) {
            choice(from, choice.options(), to);
        } else if (form instanceof Form.Repeat repeat) {
            repeat(from, repeat, to);
        } else if (form instanceof Form.UpTo upTo) {
            upTo(from, upTo, to);
        } else if (form instanceof Form.Without without) {
            int[] matched = follow(from, new Form.UpTo(without.text(), false), OptionalInt.empty());
            for (int node : matched) {
                empty(node, to);
            }
        } else if (form instanceof Form.Except except) {
            int other = node();
            chars(other, CodePoints.ANY, other);
            empty(other, to);
            except(from, new TreeSet<>(except.words()), other, to);
        } else {
            other(from, form, to);
        }
    }

    private void text(int from, String text, int to) {
        int[] points = text.codePoints().toArray();
        int at = from;
        for (int i = 0; i < points.length; i++) {
            int next = i == points.length - 1 ? to : node();
            chars(at, CodePoints.of(points[i]), next);
            at = next;
        }
        if (points.length == 0) {
            empty(from, to);
        }
    }

    private void sequence(int from, List<Form> parts, int to) {
        int at = from;
        for (int i = 0; i < parts.size(); i++) {
            int next = i == parts.size() - 1 ? to : node();
            lay(at, parts.get(i), next);
            at = next;
        }
        if (parts.isEmpty()) {
            empty(from, to);
        }
    }

    private void choice(int from, List<Form> options, int to) {
        List<int[]> texts = new ArrayList<>();
        for (Form option : options) {
            if (option instanceof Form.Text text) {
                texts.add(text.text().codePoints().toArray());
            } else {
                lay(from, option, to);
            }
        }
        words(from, texts, 0, to);
    }

    /** Words share their beginnings, so that a long enumeration stays in few states. */
    private void words(int from, List<int[]> words, int at, int to) {
        if (words.size() == 1) {
            int[] word = words.get(0);
            text(from, new String(word, at, word.length - at), to);
            return;
        }
        Map<Integer, List<int[]>> next = new TreeMap<>();
        for (int[] word : words) {
            if (word.length == at) {
                empty(from, to);
            } else {
                next.computeIfAbsent(word[at], c -> new ArrayList<>()).add(word);
            }
        }
        next.forEach((point, rest) -> {
            int node = node();
            chars(from, CodePoints.of(point), node);
            words(node, rest, at + 1, to);
        });
    }

    /**
     * @param words what still must not follow
     * @param other where any text may follow
     */
    private void except(int from, SortedSet<String> words, int other, int to) {
        if (!words.contains("")) {
            empty(from, to);
        }
        CodePoints free = CodePoints.ANY;
        Map<Integer, SortedSet<String>> next = new TreeMap<>();
        for (String word : words) {
            if (!word.isEmpty()) {
                int point = word.codePointAt(0);
                next.computeIfAbsent(point, p -> new TreeSet<>()).add(word.substring(Character.charCount(point)));
            }
        }
        for (Map.Entry<Integer, SortedSet<String>> entry : next.entrySet()) {
            CodePoints point = CodePoints.of(entry.getKey());
            free = free.minus(point);
            int node = node();
            chars(from, point, node);
            except(node, entry.getValue(), other, to);
        }
        chars(from, free, other);
    }

    private void repeat(int from, Repeat repeat, int to) {
        int at = from;
        for (int i = 0; i < repeat.least(); i++) {
            int next = node();
            lay(at, repeat.form(), next);
            at = next;
        }
        if (repeat.most() == Repeat.UNBOUNDED) {
            int loop = node();
            empty(at, loop);
            lay(loop, repeat.form(), loop);
            empty(loop, to);
            return;
        }
        for (int i = repeat.least(); i < repeat.most(); i++) {
            empty(at, to);
            int next = node();
            lay(at, repeat.form(), next);
            at = next;
        }
        empty(at, to);
    }

    void upTo(int from, Form.UpTo form, int to) {
        follow(from, form, OptionalInt.of(to));
    }

    /**
     * Follows how much of a text stands at the end of what was written.
     *
     * @param whole where all of it leads to; without it, it does not come
     * @return nodes by the number of characters matched
     */
    private int[] follow(int from, Form.UpTo form, OptionalInt whole) {
        int[] end = form.end().codePoints().toArray();
        int[] matched = new int[end.length];
        for (int k = 0; k < end.length; k++) {
            matched[k] = node();
        }
        empty(from, matched[0]);
        for (int k = 0; k < end.length; k++) {
            Map<Integer, CodePoints> targets = new LinkedHashMap<>();
            CodePoints others = CodePoints.ANY;
            for (int point : form.end().codePoints().distinct().toArray()) {
                CodePoints set = form.anyCase() ? eitherCase(point) : CodePoints.of(point);
                others = others.minus(set);
                int length = overlap(end, k, point, form.anyCase());
                if (length < end.length) {
                    targets.merge(matched[length], set, CodePoints::or);
                } else if (whole.isPresent()) {
                    targets.merge(whole.getAsInt(), set, CodePoints::or);
                }
            }
            targets.merge(matched[0], others, CodePoints::or);
            int here = matched[k];
            targets.forEach((target, set) -> chars(here, set, target));
        }
        return matched;
    }

    private static CodePoints eitherCase(int point) {
        return CodePoints.of(Character.toLowerCase(point)).or(CodePoints.of(Character.toUpperCase(point)));
    }

    /** How much of {@code end} stands at the end of its first {@code k} characters and {@code point}. */
    private static int overlap(int[] end, int k, int point, boolean anyCase) {
        int[] seen = new int[k + 1];
        System.arraycopy(end, 0, seen, 0, k);
        seen[k] = point;
        for (int length = k + 1; length > 0; length--) {
            boolean same = true;
            for (int i = 0; i < length && same; i++) {
                int other = seen[k + 1 - length + i];
                same = end[i] == other || (anyCase && Character.toLowerCase(end[i]) == Character.toLowerCase(other));
            }
            if (same) {
                return length;
            }
        }
        return 0;
    }
}
