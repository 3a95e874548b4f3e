const NEAR_THE_END = 48;

/**
 * Keeps a scroller at its end while its content grows, until the reader scrolls up; and again once he is back at the
 * end. Knows a reader from growing content by the direction: content never moves the view up.
 */
export class EndFollower {
    #changed;
    #scroller = null;
    #top = 0;
    #observer = new ResizeObserver(() => this.#keep());
    #onScroll = () => this.#scrolled();

    following = true;

    /** @param {() => void} changed called when `following` did */
    constructor(changed) {
        this.#changed = changed;
    }

    /** @param {HTMLElement} scroller @param {HTMLElement} content what grows inside it */
    attach(scroller, content) {
        this.detach();
        this.#scroller = scroller;
        this.#observer.observe(scroller);
        this.#observer.observe(content);
        scroller.addEventListener('scroll', this.#onScroll, { passive: true });
    }

    detach() {
        this.#observer.disconnect();
        this.#scroller?.removeEventListener('scroll', this.#onScroll);
        this.#scroller = null;
    }

    /** Goes to the end and stays there. */
    toEnd() {
        this.#set(true);
        this.#keep();
    }

    #keep() {
        if (this.following && this.#scroller !== null) {
            this.#scroller.scrollTop = this.#scroller.scrollHeight;
            this.#top = this.#scroller.scrollTop;
        }
    }

    #scrolled() {
        const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
        const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
        if (atEnd) {
            this.#set(true);
        } else if (scrollTop < this.#top) {
            this.#set(false);
        }
        this.#top = scrollTop;
    }

    #set(following) {
        if (following !== this.following) {
            this.following = following;
            this.#changed();
        }
    }
}
