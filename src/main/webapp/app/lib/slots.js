/** Lets so many at once, the others in the order in which they came. */
export class Slots {
    #free;
    #waiting = [];

    /** @param {number} count */
    constructor(count) {
        this.#free = count;
    }

    /**
     * @param {AbortSignal} signal of one who may give up waiting; what he gets then holds no place
     * @returns {Promise<() => void>} to be called once, gives the place back
     */
    async take(signal) {
        if (signal.aborted) {
            return () => {};
        }
        if (this.#free > 0) {
            this.#free--;
            return this.#held();
        }
        return new Promise((resolve) => {
            const leave = () => {
                this.#waiting = this.#waiting.filter((each) => each !== enter);
                resolve(() => {});
            };
            const enter = () => {
                signal.removeEventListener('abort', leave);
                resolve(this.#held());
            };
            this.#waiting.push(enter);
            signal.addEventListener('abort', leave, { once: true });
        });
    }

    #held() {
        return () => {
            const next = this.#waiting.shift();
            if (next === undefined) {
                this.#free++;
            } else {
                next();
            }
        };
    }
}
