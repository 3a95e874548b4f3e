import { html, nothing } from 'lit';
import { conversations } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import { versions } from './thread.js';

/** Which of several versions of a message is shown, and the way to the others; nothing where there is only one. */
class Versions extends MmElement {
    static properties = { turn: { attribute: false } };

    conversations = this.follow(conversations);

    constructor() {
        super();
        /** @type {import('./thread.js').Turn} */
        this.turn = undefined;
    }

    render() {
        const all = versions(this.conversations.state.all, this.turn);
        if (all.length < 2) {
            return nothing;
        }
        const at = all.findIndex(({ id }) => id === this.turn.id);
        const { streaming } = this.conversations.state;
        return html`<span class="versions">
            <button type="button" class="quiet small" aria-label="Earlier version" ?disabled=${at === 0 || streaming}
                @click=${() => conversations.choose(all[at - 1].id)}>
                ${icon('back')}
            </button>
            <span>${at + 1} of ${all.length}</span>
            <button type="button" class="quiet small" aria-label="Later version" ?disabled=${at === all.length - 1 || streaming}
                @click=${() => conversations.choose(all[at + 1].id)}>
                ${icon('chevron')}
            </button>
        </span>`;
    }
}

customElements.define('mm-versions', Versions);
