import { html, nothing } from 'lit';
import { activity } from '../context.js';
import { duration, modelName, rate } from '../lib/format.js';
import { MmElement } from '../ui/element.js';

const DOORS = {
    '/v1/chat/completions': 'OpenAI',
    '/v1/messages': 'Anthropic',
    '/v1/responses': 'Responses',
    '/v1/completions': 'Completion',
    '/v1/embeddings': 'Embeddings',
};

/** The latest requests of the one who looks, the newest first, as they end. */
class RecentRequests extends MmElement {
    activity = this.follow(activity);

    render() {
        const { requests } = this.activity.state;
        return html`<section aria-labelledby="requests-title">
            <h2 id="requests-title">Your latest requests</h2>
            ${requests === null || requests.length === 0
                ? html`<p class="nobody">${requests === null ? 'Looking…' : 'None yet. Chats and calls with your keys show up here when they end.'}</p>`
                : html`<div class="table-box" tabindex="0" role="region" aria-labelledby="requests-title">
                      <table class="requests">
                          <thead>
                              <tr>
                                  <th scope="col">When</th><th scope="col">Model</th><th scope="col">Door</th>
                                  <th scope="col" class="number">Prompt</th><th scope="col" class="number">Answer</th>
                                  <th scope="col" class="number">First token</th><th scope="col" class="number">Time</th>
                                  <th scope="col" class="number">Speed</th><th scope="col">End</th>
                              </tr>
                          </thead>
                          <tbody>${requests.map(row)}</tbody>
                      </table>
                  </div>`}
        </section>`;
    }
}

function row(request) {
    const { prompt_tokens: prompt, cached_tokens: cached, completion_tokens: answer, first_token_ms: first } = request;
    return html`<tr>
        <td><time datetime=${request.timestamp}>${time(request.timestamp)}</time></td>
        <td class="long" title=${request.model ?? ''}>${request.profile ?? modelName(request.model ?? '–')}</td>
        <td class="long" title=${request.endpoint}>${DOORS[request.endpoint] ?? request.endpoint.replace(/^\/v1\//, '')}</td>
        <td class="number" title=${cached > 0 ? `${cached} of them cached` : nothing}>${prompt ?? '–'}</td>
        <td class="number">${answer ?? '–'}</td>
        <td class="number">${first === null ? '–' : duration(first)}</td>
        <td class="number">${duration(request.duration_ms)}</td>
        <td class="number">${speed(request)}</td>
        <td><span class="end" data-status=${request.status} title=${request.error_message ?? ''}>${request.status}</span></td>
    </tr>`;
}

function speed({ completion_tokens: tokens, first_token_ms: first, duration_ms: total }) {
    const seconds = (total - first) / 1000;
    return tokens > 1 && first !== null && seconds > 0 ? rate((tokens - 1) / seconds) : '–';
}

function time(timestamp) {
    const when = new Date(timestamp);
    const clock = when.toLocaleTimeString('en-GB');
    return when.toDateString() === new Date().toDateString() ? clock : `${when.toLocaleDateString('en-GB')} ${clock}`;
}

customElements.define('mm-recent-requests', RecentRequests);
