const FIRST = 1_000;
const LONGEST = 30_000;

/** How long to wait before the next try: doubling, and spread so that many pages do not come back at one moment. */
export class Backoff {
    #random;
    #tries = 0;

    /** @param {() => number} random from 0 to below 1 */
    constructor(random) {
        this.#random = random;
    }

    /** @returns {number} milliseconds, between half of the present step and the whole */
    next() {
        const step = Math.min(FIRST * 2 ** this.#tries, LONGEST);
        this.#tries++;
        return step / 2 + (step / 2) * this.#random();
    }

    reset() {
        this.#tries = 0;
    }
}
