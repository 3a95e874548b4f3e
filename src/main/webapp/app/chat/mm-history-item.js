import { html, nothing } from 'lit';
import { conversations, history, router } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';

/** What stands beside the title: somebody who left an answer in the middle wants to know how it goes. */
const MARKS = { answering: 'An answer is being written', answered: 'A new answer' };

/** One conversation in the list: opens it, renames it in place, saves it to a file, deletes it after asking. Fires `chosen`. */
class HistoryItem extends MmElement {
    static properties = {
        item: { attribute: false },
        shown: { type: Boolean },
        mark: { attribute: false },
        renaming: { state: true },
    };

    constructor() {
        super();
        /** @type {import('./history.js').Summary} */
        this.item = undefined;
        this.shown = false;
        /** @type {'' | 'answering' | 'answered'} */
        this.mark = '';
        this.renaming = false;
    }

    render() {
        const { id, title } = this.item;
        if (this.renaming) {
            return html`<form @submit=${this.#rename}>
                <label class="visually-hidden" for="title-${id}">New title</label>
                <input id="title-${id}" maxlength="200" .value=${title} @keydown=${this.#key} @blur=${this.#rename} />
            </form>`;
        }
        return html`<div class="row">
            <a href="/chat/${id}" aria-current=${this.shown ? 'page' : 'false'} title=${title} @click=${this.#open}>${title}</a>
            ${this.#marked()}
            <button type="button" class="quiet square more" popovertarget="menu-${id}" aria-label="More about ${title}">${icon('more')}</button>
            <div id="menu-${id}" class="menu" popover @toggle=${this.#place}>
                <button type="button" class="quiet" @click=${this.#startRenaming}>Rename</button>
                <button type="button" class="quiet" @click=${() => this.#export('markdown', 'md')}>Save as Markdown</button>
                <button type="button" class="quiet" @click=${() => this.#export('json', 'json')}>Save as JSON</button>
                <button type="button" class="quiet remove" @click=${this.#askToDelete}>Delete…</button>
            </div>
            <dialog aria-labelledby="delete-${id}" @click=${this.#backdrop}>
                <h3 id="delete-${id}">Delete “${title}”?</h3>
                <p>All of its messages are removed from the server. This cannot be undone.</p>
                <div class="actions">
                    <button type="button" class="plain" @click=${this.#closeDialog}>Keep it</button>
                    <button type="button" class="danger" @click=${this.#delete}>Delete</button>
                </div>
            </dialog>
        </div>`;
    }

    #marked() {
        const { mark } = this;
        return mark === '' ? nothing : html`<i class=${mark} role="img" aria-label=${MARKS[mark]} title=${MARKS[mark]}></i>`;
    }

    #open(event) {
        router.follow(event);
        this.dispatchEvent(new CustomEvent('chosen'));
    }

    /** Beside its button: where that is, only the list's scrolling knows. */
    #place(event) {
        if (event.newState === 'open') {
            const button = this.querySelector('.more').getBoundingClientRect();
            const menu = /** @type {HTMLElement} */ (event.target);
            menu.style.insetInlineStart = `${Math.max(8, Math.min(button.left, innerWidth - menu.offsetWidth - 8))}px`;
            menu.style.insetBlockStart = `${Math.min(button.bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
        }
    }

    async #startRenaming() {
        this.#hideMenu();
        this.renaming = true;
        await this.updateComplete;
        const field = this.field('input');
        field.focus();
        field.select();
    }

    #key(event) {
        if (event.key === 'Escape') {
            event.preventDefault();
            event.stopPropagation();
            this.renaming = false;
        }
    }

    async #rename(event) {
        event.preventDefault();
        if (!this.renaming) {
            return;
        }
        const title = this.field('input').value.trim();
        this.renaming = false;
        if (title !== '' && title !== this.item.title && (await history.rename(this.item.id, title))) {
            conversations.renamed(this.item.id, title);
        }
    }

    async #export(format, ending) {
        this.#hideMenu();
        const document_ = await history.export(this.item.id, format);
        if (document_ !== undefined) {
            const link = document.createElement('a');
            link.href = URL.createObjectURL(document_);
            link.download = fileName(this.item.title, ending);
            link.click();
            setTimeout(() => URL.revokeObjectURL(link.href), 1_000);
        }
    }

    #askToDelete() {
        this.#hideMenu();
        this.querySelector('dialog').showModal();
    }

    #closeDialog() {
        this.querySelector('dialog').close();
    }

    #backdrop(event) {
        if (event.target === event.currentTarget) {
            this.#closeDialog();
        }
    }

    async #delete() {
        this.#closeDialog();
        const { id } = this.item;
        if (await history.remove(id)) {
            const { shown } = this;
            conversations.removed(id);
            if (shown) {
                router.go('/chat');
            }
        }
    }

    #hideMenu() {
        /** @type {HTMLElement} */ (this.querySelector('[popover]')).hidePopover();
    }
}

function fileName(title, ending) {
    const name = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60).replace(/^-|-$/g, '');
    return `${name || 'chat'}.${ending}`;
}

customElements.define('mm-history-item', HistoryItem);
