import { html, nothing } from 'lit';
import { residents, status } from '../context.js';
import { askedName } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

/** Brings a model or a profile's model into memory before anybody asks it something. */
class LoadModel extends MmElement {
    static properties = { chosen: { state: true } };

    status = this.follow(status);
    residents = this.follow(residents);

    constructor() {
        super();
        this.chosen = '';
    }

    render() {
        const idle = this.status.state.offers.filter((offer) => this.status.loaded(offer.id) === undefined);
        const chosen = idle.some(({ id }) => id === this.chosen) ? this.chosen : (idle[0]?.id ?? '');
        const loading = Object.values(this.residents.state.busy).includes('loading');
        if (this.status.state.modelsKnown && this.status.state.offers.length === 0) {
            return html`<a class="button plain" href="/models">Find a model</a>`;
        }
        return idle.length === 0
            ? nothing
            : html`<form @submit=${(event) => this.#load(event, chosen)}>
                  <label class="visually-hidden" for="load-model">Model to load</label>
                  <select id="load-model" @change=${({ target }) => (this.chosen = target.value)}>
                      ${idle.map(({ id, kind }) => html`<option value=${id} ?selected=${id === chosen}>${askedName(id)}${kind === 'profile' ? ' (profile)' : ''}</option>`)}
                  </select>
                  <button type="submit" class="primary" ?disabled=${loading || this.status.state.info?.engine === 'none'}>
                      ${loading ? 'Loading…' : 'Load'}
                  </button>
              </form>`;
    }

    #load(event, chosen) {
        event.preventDefault();
        this.residents.load(chosen);
    }
}

customElements.define('mm-load-model', LoadModel);
