import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { api, status } from '../context.js';
import { MmElement } from '../ui/element.js';
import '../ui/mm-copy-button.js';

/** Named here, so that the example below is not taken for an import of this page. */
const CLIENT_PACKAGE = 'openai';

/**
 * @typedef {{id: number, name: string, prefix: string, scopes: string[], models: string[], created_at: string,
 *            last_used_at: string | null, expires_at: string | null, revoked_at: string | null}} Key
 */

/** The caller's keys for programs, and how a program uses one: addresses and examples with this server's own name. */
class Keys extends MmElement {
    static properties = { keys: { state: true }, made: { state: true }, notice: { state: true }, doomed: { state: true } };

    status = this.follow(status);

    constructor() {
        super();
        /** @type {Key[] | null} */
        this.keys = null;
        /** The secret that was just made; shown this once. */
        this.made = '';
        this.notice = '';
        /** @type {Key | null} */
        this.doomed = null;
    }

    connectedCallback() {
        super.connectedCallback();
        this.#load();
    }

    disconnectedCallback() {
        super.disconnectedCallback();
        this.made = '';
    }

    render() {
        return html`<main class="models">
            <h2>API</h2>
            <p class="lead">
                Programs speak to this server as they speak to OpenAI, at <code>${this.#base()}v1</code>, or to Anthropic, at
                <code>${this.#base().slice(0, -1)}</code>, with a key of yours.
            </p>
            ${this.notice === '' ? nothing : html`<p class="notice" role="alert">${this.notice}</p>`}
            <form class="new-key" @submit=${this.#create}>
                <label class="visually-hidden" for="key-name">Name of the new key</label>
                <input id="key-name" placeholder="What is the key for?" maxlength="100" required />
                <button class="primary">Make a key</button>
            </form>
            ${this.made === '' ? nothing : this.#secret()} ${this.keys === null ? nothing : this.#list(this.keys)}
            <h3>Examples</h3>
            ${this.#examples().map(
                ([title, text]) => html`<section class="example" aria-label=${title}>
                    <div class="line"><h4>${title}</h4><mm-copy-button .text=${text}></mm-copy-button></div>
                    <pre tabindex="0"><code>${text}</code></pre>
                </section>`,
            )}
            ${this.#confirmation()}
        </main>`;
    }

    updated() {
        const dialog = /** @type {HTMLDialogElement | null} */ (this.querySelector('dialog'));
        if (dialog !== null && !dialog.open) {
            dialog.showModal();
        }
    }

    #secret() {
        return html`<section class="card" aria-label="New key" role="status">
            <p>Copy the key now; it is not shown again. It stands in the examples below until you leave this page.</p>
            <p class="actions"><code class="secret">${this.made}</code><mm-copy-button .text=${this.made}></mm-copy-button></p>
        </section>`;
    }

    #list(keys) {
        if (keys.length === 0) {
            return html`<p class="empty">You have no keys yet.</p>`;
        }
        return html`<div class="table" tabindex="0" role="region" aria-label="Your keys">
            <table>
                <thead>
                    <tr>
                        <th scope="col">Name</th>
                        <th scope="col">Key</th>
                        <th scope="col">Models</th>
                        <th scope="col">Made</th>
                        <th scope="col"><span class="visually-hidden">Actions</span></th>
                    </tr>
                </thead>
                <tbody>
                    ${repeat(
                        keys,
                        (key) => key.id,
                        (key) => html`<tr>
                            <th scope="row">${key.name}</th>
                            <td><code>${key.prefix}…</code></td>
                            <td>${key.models.length === 0 ? 'all' : key.models.join(', ')}</td>
                            <td>${new Date(key.created_at).toLocaleDateString()}</td>
                            <td class="actions">
                                <button type="button" class="plain small" aria-label="Revoke ${key.name}" @click=${() => (this.doomed = key)}>Revoke</button>
                            </td>
                        </tr>`,
                    )}
                </tbody>
            </table>
        </div>`;
    }

    #confirmation() {
        if (this.doomed === null) {
            return nothing;
        }
        const close = () => (this.doomed = null);
        return html`<dialog aria-labelledby="doomed-title" @close=${close}>
            <h3 id="doomed-title">Revoke this key?</h3>
            <p>Programs that use <strong>${this.doomed.name}</strong> lose access at once.</p>
            <p class="actions">
                <button type="button" class="plain" autofocus @click=${close}>Keep</button>
                <button type="button" class="primary" @click=${this.#revoke}>Revoke</button>
            </p>
        </dialog>`;
    }

    #examples() {
        const base = this.#base();
        const key = this.made || 'YOUR_KEY';
        const model = this.status.state.models[0] ?? 'MODEL';
        return [
            [
                'curl',
                `curl ${base}v1/chat/completions \\
  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Hello!"}]}'`,
            ],
            [
                'Python, openai',
                `from openai import OpenAI

client = OpenAI(base_url="${base}v1", api_key="${key}")
answer = client.chat.completions.create(
    model="${model}", messages=[{"role": "user", "content": "Hello!"}])
print(answer.choices[0].message.content)`,
            ],
            [
                'Python, anthropic',
                `from anthropic import Anthropic

client = Anthropic(base_url="${base.slice(0, -1)}", api_key="${key}")
answer = client.messages.create(
    model="${model}", max_tokens=500, messages=[{"role": "user", "content": "Hello!"}])
print(answer.content[0].text)`,
            ],
            [
                'JavaScript, openai',
                `import OpenAI from '${CLIENT_PACKAGE}';

const client = new OpenAI({ baseURL: '${base}v1', apiKey: '${key}' });
const answer = await client.chat.completions.create({
    model: '${model}', messages: [{ role: 'user', content: 'Hello!' }] });
console.log(answer.choices[0].message.content);`,
            ],
            [
                'Java, openai-java',
                `OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl("${base}v1").apiKey("${key}").build();
ChatCompletion answer = client.chat().completions().create(
        ChatCompletionCreateParams.builder().model("${model}").addUserMessage("Hello!").build());`,
            ],
            [
                'LangChain4j',
                `ChatModel model = OpenAiChatModel.builder()
        .baseUrl("${base}v1").apiKey("${key}").modelName("${model}").build();
String answer = model.chat("Hello!");`,
            ],
            [
                'Claude Code',
                `ANTHROPIC_BASE_URL=${base.slice(0, -1)} ANTHROPIC_API_KEY=${key} claude --model ${model}`,
            ],
        ];
    }

    /** Address of this server, with a slash at its end. */
    #base() {
        return document.baseURI;
    }

    async #create(event) {
        event.preventDefault();
        const name = this.field('#key-name').value.trim();
        await this.#doing(async () => {
            const { key } = await api.post('api/keys', { name });
            this.made = key;
            this.field('#key-name').value = '';
        });
    }

    async #revoke() {
        const { id } = this.doomed;
        this.doomed = null;
        await this.#doing(() => api.delete(`api/keys/${id}`));
    }

    async #doing(action) {
        this.notice = '';
        try {
            await action();
        } catch (failure) {
            this.notice = failure.message;
        }
        await this.#load();
    }

    async #load() {
        try {
            const keys = await api.get('api/keys');
            this.keys = keys.filter((key) => key.revoked_at === null);
        } catch (failure) {
            this.notice = failure.message;
        }
    }
}

customElements.define('mm-keys', Keys);
