/** A small seeded generator, so that a failing property can be seen again: the seed stands in the message. */
export function randomFrom(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}

/** Cuts a text into pieces of one to `longest` characters, now and then an empty one. */
export function* cut(text, random, longest) {
    for (let at = 0; at < text.length; ) {
        if (random() < 0.05) {
            yield '';
        }
        const end = Math.min(text.length, at + 1 + Math.floor(random() * longest));
        yield text.slice(at, end);
        at = end;
    }
}

export function seeds(count) {
    const first = Number(process.env.SEED ?? Date.now() % 1_000_000);
    return Array.from({ length: count }, (_, each) => first + each);
}
