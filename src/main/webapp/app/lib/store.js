/**
 * A value that tells its listeners when it was replaced.
 *
 * @template T
 */
export class Store {
    #state;
    #listeners = new Set();

    /** @param {T} initial */
    constructor(initial) {
        this.#state = initial;
    }

    /** @returns {T} */
    get state() {
        return this.#state;
    }

    /** @param {Partial<T>} change fields that take the place of the present ones */
    update(change) {
        this.#state = { ...this.#state, ...change };
        for (const listener of [...this.#listeners]) {
            listener(this.#state);
        }
    }

    /**
     * @param {(state: T) => void} listener called after every update, not now
     * @returns {() => void} ends the subscription
     */
    subscribe(listener) {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
    }
}
