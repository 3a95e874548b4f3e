import { html } from 'lit';
import { chooseTheme, currentTheme } from '../lib/theme.js';
import { MmElement } from './element.js';
import { icon } from './icon.js';

/** @type {Record<import('../lib/theme.js').Theme, import('../lib/theme.js').Theme>} */
const ORDER = { auto: 'light', light: 'dark', dark: 'auto' };
/** @type {Record<import('../lib/theme.js').Theme, 'auto' | 'sun' | 'moon'>} */
const ICONS = { auto: 'auto', light: 'sun', dark: 'moon' };
const NAMES = { auto: 'as the system', light: 'light', dark: 'dark' };

/** One button through the three themes. */
class ThemeSwitch extends MmElement {
    render() {
        const theme = currentTheme();
        const label = `Theme: ${NAMES[theme]}. Change to ${NAMES[ORDER[theme]]}.`;
        return html`<button type="button" class="quiet square" title=${label} aria-label=${label} @click=${this.#next}>
            ${icon(ICONS[theme])}
        </button>`;
    }

    #next() {
        chooseTheme(ORDER[currentTheme()]);
        this.requestUpdate();
    }
}

customElements.define('mm-theme-switch', ThemeSwitch);
