import { html, nothing } from 'lit';
import { profiles, router } from '../context.js';
import { bytes, modelName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';
import '../ui/mm-copy-button.js';

const WORDS = { stopped: 'not in memory', queued: 'waiting', loading: 'loading', ready: 'ready', stopping: 'leaving', failed: 'failed' };
const MEGABYTE = 1e6;

/** One profile: what it is, whether its model is in memory, and what can be done with it. */
class ProfileCard extends MmElement {
    static properties = { profile: { attribute: false }, run: { attribute: false } };

    constructor() {
        super();
        /** @type {import('./profiles.js').Profile} */
        this.profile = null;
        /** @type {import('./profiles.js').Run} */
        this.run = null;
    }

    render() {
        const { id, name, model_id: model, description } = this.profile;
        const { state, error, running, progress, memory_mb: megabytes } = this.run;
        return html`<section class="card profile" aria-labelledby="profile-${id}" data-state=${state}>
            <div class="line">
                <h3 id="profile-${id}">${name}</h3>
                <span class="state" data-state=${state} role="status">
                    ${state === 'queued' || state === 'loading' || state === 'stopping' ? html`<span class="spinner"></span>` : nothing}
                    ${WORDS[state] ?? state}${state === 'loading' && progress > 0 ? `, ${progress} %` : nothing}
                </span>
            </div>
            <p class="path" title=${model}>${modelName(model)}</p>
            ${description ? html`<p class="description">${description}</p>` : nothing}
            <p class="badges">${this.#traits().map((text) => html`<span class="badge">${text}</span>`)}</p>
            ${state === 'ready'
                ? html`<p class="fit">${bytes(megabytes * MEGABYTE)} in memory${running > 0 ? `, answering ${running} ${running === 1 ? 'request' : 'requests'}` : ''}</p>`
                : nothing}
            ${error
                ? html`<details class="failure">
                      <summary>It could not be loaded</summary>
                      <p>${error}</p>
                      <mm-copy-button .text=${error} label="Copy the reason"></mm-copy-button>
                  </details>`
                : nothing}
            ${this.#actions(state)}
        </section>`;
    }

    #traits() {
        const { inference, context, auto_start: auto, pinned, model_options: options, model_type: type } = this.profile;
        const { temperature, max_tokens: most } = /** @type {any} */ (inference);
        return [
            type === 'text-gen' ? '' : type,
            temperature === null ? '' : `temperature ${temperature}`,
            most === null ? '' : `${most} tokens`,
            context.context_length === null ? '' : `context ${context.context_length}`,
            context.system_prompt ? 'system prompt' : '',
            ...Object.entries(options).map(([name, value]) => `${name}: ${value}`),
            auto ? 'starts with the server' : '',
            pinned ? 'pinned' : '',
        ].filter(Boolean);
    }

    #actions(state) {
        const { profile } = this;
        const away = state === 'stopped' || state === 'failed';
        const chats = profile.model_type === 'text-gen' || profile.model_type === 'vision';
        return html`<p class="actions">
            ${away
                ? html`<button type="button" class="primary small" aria-label="Start ${profile.name}" @click=${() => profiles.start(profile)}>
                      ${icon('play')}${state === 'failed' ? 'Try again' : 'Start'}
                  </button>`
                : html`<button type="button" class="plain small" aria-label="Stop ${profile.name}" ?disabled=${state === 'stopping'}
                      @click=${() => profiles.stop(profile)}>Stop</button>`}
            ${chats ? html`<button type="button" class="plain small" aria-label="Chat with ${profile.name}" @click=${this.#tell('chat')}>Chat</button>` : nothing}
            <a class="button plain small" href="/profiles/${profile.id}" aria-label="Edit ${profile.name}" @click=${(event) => router.follow(event)}>Edit</a>
            <button type="button" class="quiet small" aria-label="Duplicate ${profile.name}" @click=${this.#tell('duplicate')}>Duplicate</button>
            <button type="button" class="quiet small" aria-label="Delete ${profile.name}" @click=${this.#tell('delete')}>Delete</button>
        </p>`;
    }

    /** What needs a dialog or another place is the page's to do. */
    #tell(what) {
        return () => this.dispatchEvent(new CustomEvent('profile-action', { detail: { what, profile: this.profile } }));
    }
}

customElements.define('mm-profile-card', ProfileCard);
