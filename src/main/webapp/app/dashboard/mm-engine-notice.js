import { html, nothing } from 'lit';
import { status } from '../context.js';
import { MmElement } from '../ui/element.js';
import { icon } from '../ui/icon.js';

/** Says when this machine cannot run models itself, and why. */
class EngineNotice extends MmElement {
    status = this.follow(status);

    render() {
        const { info } = this.status.state;
        if (info?.engine === 'preparing') {
            return html`<p class="banner" role="status">
                <span class="spinner"></span>
                <span><strong>The local engine is not ready yet.</strong> ${info.engine_message}</span>
            </p>`;
        }
        if (info?.engine === 'none') {
            return html`<p class="banner warning" role="status">
                ${icon('warning')}
                <span><strong>No local engine.</strong> Models cannot run on this machine until this is solved:
                ${info.engine_message || 'the server’s log says why.'}</span>
            </p>`;
        }
        return nothing;
    }
}

customElements.define('mm-engine-notice', EngineNotice);
