import { html } from 'lit';
import { ref } from 'lit/directives/ref.js';

/**
 * Modal dialogs, as long as their template stands in the page. Closing goes through the element itself, so that the
 * focus returns to where it came from.
 */

/** One function for all, or the dialog would be opened again with every rendering. */
function openAsModal(element) {
    if (element !== undefined) {
        queueMicrotask(() => element.isConnected && !element.open && element.showModal());
    }
}

/** For the click on a button inside a dialog: closes it. */
export function closeDialog({ currentTarget }) {
    currentTarget.closest('dialog').close();
}

/**
 * @param {{title: unknown, close: () => void, wide?: boolean}} facts close is called once the dialog is closed, however
 * @param {unknown} content
 */
export function dialog({ title, close, wide = false }, content) {
    return html`<dialog ${ref(openAsModal)} class=${wide ? 'wide' : ''} aria-labelledby="dialog-title" @close=${close}>
        <h3 id="dialog-title">${title}</h3>
        ${content}
    </dialog>`;
}

/**
 * Asks before something that cannot be taken back.
 *
 * @param {{title: unknown, keep?: string, act: string, done: () => void, close: () => void}} facts act: the word for it
 * @param {unknown} text
 */
export function confirmation({ title, keep = 'Keep', act, done, close }, text) {
    const confirmed = (event) => {
        closeDialog(event);
        done();
    };
    return dialog(
        { title, close },
        html`<p>${text}</p>
            <p class="actions">
                <button type="button" class="plain" autofocus @click=${closeDialog}>${keep}</button>
                <button type="button" class="danger" @click=${confirmed}>${act}</button>
            </p>`,
    );
}
