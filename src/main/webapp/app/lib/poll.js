/**
 * @typedef {{name: string, every: number, run: () => Promise<void>}} Task
 */

/**
 * Repeats tasks without piling them up: one run of a task at a time, none while the page is hidden, an immediate one
 * when it is looked at again, and longer pauses while a task fails.
 */
export class Poller {
    #tasks = new Map();
    #page;
    #timers;
    #started = false;
    #onVisibility = () => this.#visibilityChanged();

    /**
     * @param {{page?: {hidden: boolean, addEventListener: Function, removeEventListener: Function},
     *          timers?: {setTimeout: Function, clearTimeout: Function}}} [surroundings]
     */
    constructor({ page = globalThis.document, timers = globalThis } = {}) {
        this.#page = page;
        this.#timers = timers;
    }

    /** @param {Task} task */
    add(task) {
        this.#tasks.set(task.name, { ...task, timer: 0, running: null, failures: 0 });
        if (this.#started) {
            this.#run(this.#tasks.get(task.name));
        }
    }

    /** @param {string} name a run that is under way ends by itself and is not followed by another */
    remove(name) {
        const task = this.#tasks.get(name);
        if (task !== undefined) {
            this.#timers.clearTimeout(task.timer);
            this.#tasks.delete(name);
        }
    }

    start() {
        if (this.#started) {
            return;
        }
        this.#started = true;
        this.#page.addEventListener('visibilitychange', this.#onVisibility);
        for (const task of this.#tasks.values()) {
            this.#run(task);
        }
    }

    stop() {
        this.#started = false;
        this.#page.removeEventListener('visibilitychange', this.#onVisibility);
        for (const task of this.#tasks.values()) {
            this.#timers.clearTimeout(task.timer);
        }
    }

    /**
     * @param {string} name
     * @returns {Promise<void>} of the run that is under way, or of a new one
     */
    refresh(name) {
        const task = this.#tasks.get(name);
        return task === undefined || !this.#started ? Promise.resolve() : this.#run(task);
    }

    #run(task) {
        this.#timers.clearTimeout(task.timer);
        task.running ??= this.#once(task).finally(() => {
            task.running = null;
            this.#schedule(task);
        });
        return task.running;
    }

    async #once(task) {
        try {
            await task.run();
            task.failures = 0;
        } catch {
            // The task shows its own failure; here it only means a longer pause.
            task.failures = Math.min(task.failures + 1, 4);
        }
    }

    #schedule(task) {
        if (this.#started && !this.#page.hidden && this.#tasks.get(task.name) === task) {
            task.timer = this.#timers.setTimeout(() => this.#run(task), task.every * 2 ** task.failures);
        }
    }

    #visibilityChanged() {
        for (const task of this.#tasks.values()) {
            if (this.#page.hidden) {
                this.#timers.clearTimeout(task.timer);
            } else {
                this.#run(task);
            }
        }
    }
}
