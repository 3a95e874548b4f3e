import { html } from 'lit';
import { leave, router, session } from './context.js';
import { MmElement } from './ui/element.js';
import { icon, mark } from './ui/icon.js';
import './ui/mm-theme-switch.js';

/** Product, theme and account. */
class TopBar extends MmElement {
    session = this.follow(session);
    router = this.follow(router);

    render() {
        const { user } = this.session.state;
        return html`<header>
            <h1 class="brand">${mark()}<span>MLX Manager</span></h1>
            <nav aria-label="Places">
                ${this.#place('/', 'Dashboard')} ${this.#place('/chat', 'Chat')} ${this.#place('/models', 'Models')} ${this.#place('/keys', 'API')}
                ${user?.is_admin ? this.#place('/users', 'Users') : ''}
            </nav>
            <div class="actions">
                <mm-theme-switch></mm-theme-switch>
                <button type="button" class="quiet account" popovertarget="account-menu" aria-label="Account ${user?.email}">
                    ${icon('user')}<span class="email">${user?.email}</span>
                </button>
                <div id="account-menu" class="menu" popover>
                    <p class="who">
                        <strong>${user?.email}</strong>
                        <span>${user?.is_admin ? 'Administrator' : 'User'}</span>
                    </p>
                    <button type="button" class="plain" @click=${leave}>Log out</button>
                </div>
            </div>
        </header>`;
    }

    #place(path, label) {
        const here = path === '/' ? this.router.state.path === '/' : this.router.state.path.split('/')[1] === path.slice(1);
        return html`<a href=${path} aria-current=${here ? 'page' : 'false'} @click=${(event) => router.follow(event)}>${label}</a>`;
    }
}

customElements.define('mm-top-bar', TopBar);
