import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answer } from '../app/chat/answer.js';
import { anthropic } from '../app/chat/anthropic.js';
import { attach } from '../app/chat/attachments.js';
import { Conversation } from '../app/chat/conversation.js';
import { Conversations } from '../app/chat/conversations.js';
import { History } from '../app/chat/history.js';
import { openai } from '../app/chat/openai.js';
import { DEFAULTS, ChatSettingsStore } from '../app/chat/settings.js';
import { latestLeaf, path, restored, stored, versions } from '../app/chat/thread.js';
import { Tools } from '../app/chat/tools.js';
import { ApiError } from '../app/lib/problem.js';
import { Slots } from '../app/lib/slots.js';

const SETTINGS = { ...DEFAULTS, model: 'm' };
const chunk = (delta, finish_reason = null) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] });
const usage = (tokens, cached = 0) =>
    JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: tokens, prompt_tokens_details: { cached_tokens: cached } } });
const read = (answer, data) => openai.read(answer, { event: 'message', data, id: '' });

/** An Api that answers each stream with the next script (an Error in it is thrown), and keeps conversations like the server. */
class ScriptedApi {
    bodies = [];
    saved = new Map();
    calls = [];
    away = null;

    constructor(...scripts) {
        this.scripts = scripts;
    }

    async *stream(address, body, { signal }) {
        this.bodies.push(structuredClone(body));
        for (const step of this.scripts.shift() ?? []) {
            await null;
            if (signal.aborted) {
                throw signal.reason;
            }
            if (step instanceof Error) {
                throw step;
            }
            if (typeof step === 'function') {
                step();
                continue;
            }
            yield { event: 'message', data: step, id: '' };
        }
    }

    async get(address) {
        if (address === 'api/mcp/tools') {
            return [{ type: 'function', function: { name: 'calculator', description: '', parameters: {} } }];
        }
        const { settings, leaf, title } = this.head;
        return { title, settings, leaf, messages: [...this.saved].map(([id, body]) => ({ id, ...structuredClone(body) })) };
    }

    async post(address, body) {
        this.#here(address, body);
        if (address === 'api/mcp/execute') {
            return { result: 84 };
        }
        this.head = { ...structuredClone(body), leaf: null };
        return { id: 'c1' };
    }

    async put(address, body) {
        this.#here(address, body);
        const [, , , , message] = address.split('/');
        if (message === undefined) {
            Object.assign(this.head, body);
        } else {
            this.saved.set(message, structuredClone(body));
            this.head.leaf = message;
        }
        return null;
    }

    #here(address, body) {
        if (this.away !== null) {
            throw this.away;
        }
        this.calls.push([address, body]);
    }
}

const held = (...scripts) => {
    const api = new ScriptedApi(...scripts);
    return { api, conversation: new Conversation(api, new Tools(api), { frame: (run) => run() }) };
};
const several = (...scripts) => {
    const api = new ScriptedApi(...scripts);
    return { api, conversations: new Conversations(api, new Tools(api), { frame: (run) => run() }) };
};
const contents = (conversation) => conversation.state.turns.map((turn) => turn.content);
const said = (text) => [chunk({ content: text }, 'stop'), '[DONE]'];

test('an answer grows out of its chunks and is timed', () => {
    let now = 1_000;
    const answer = new Answer(() => now);
    const at = (time, data) => {
        now = time;
        read(answer, data);
    };
    at(1_010, chunk({ role: 'assistant', content: '' }));
    at(1_200, chunk({ reasoning_content: 'Let me ' }));
    assert.equal(answer.thinking, true);
    at(1_400, chunk({ reasoning_content: 'see.' }));
    at(2_200, chunk({ content: 'Hello' }));
    assert.deepEqual([answer.thinking, answer.thinkingMs], [false, 1_000]);
    at(3_200, chunk({ content: '!' }, 'stop'));
    at(3_300, usage(41, 6));
    at(3_301, '[DONE]');
    assert.deepEqual([answer.reasoning, answer.content, answer.complete], ['Let me see.', 'Hello!', true]);
    assert.deepEqual(answer.metrics(), {
        tokens: 41,
        promptTokens: 9,
        cachedTokens: 6,
        tokensPerSecond: 20,
        firstTokenMs: 200,
        cut: false,
    });
});

test('a tool call is put together from its pieces', () => {
    const answer = new Answer(() => 1);
    read(answer, chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'calculator', arguments: '{"expr' } }] }));
    read(answer, chunk({ tool_calls: [{ index: 0, function: { arguments: 'ession":"1"}' } }] }, 'tool_calls'));
    assert.deepEqual(answer.toolCalls, [{ id: 'c1', name: 'calculator', arguments: '{"expression":"1"}' }]);
});

test('an error event fails the answer with its own words, whatever the protocol', () => {
    assert.throws(() => read(new Answer(), '{"error":{"message":"Out of memory"}}'), { message: 'Out of memory' });
    const event = { event: 'error', data: '{"type":"error","error":{"type":"api_error","message":"Busy"}}', id: '' };
    assert.throws(() => anthropic.read(new Answer(), event), { message: 'Busy' });
});

test('the events of the Anthropic protocol make the same answer', () => {
    const answer = new Answer(() => 1);
    for (const event of [
        { type: 'message_start', message: { usage: { input_tokens: 4, cache_read_input_tokens: 5, output_tokens: 0 } } },
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'x' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'ping' },
        { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
        { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Hi' } },
        { type: 'content_block_start', index: 2, content_block: { type: 'tool_use', id: 't1', name: 'calculator', input: {} } },
        { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
        { type: 'message_delta', delta: { stop_reason: 'max_tokens' }, usage: { output_tokens: 7 } },
        { type: 'message_stop' },
    ]) {
        anthropic.read(answer, { event: event.type, data: JSON.stringify(event), id: '' });
    }
    assert.deepEqual([answer.reasoning, answer.content, answer.complete], ['Hm.', 'Hi', true]);
    assert.deepEqual(answer.toolCalls.filter(Boolean), [{ id: 't1', name: 'calculator', arguments: '{"a":1}' }]);
    const { tokens, promptTokens, cachedTokens, cut } = answer.metrics();
    assert.deepEqual({ tokens, promptTokens, cachedTokens, cut }, { tokens: 7, promptTokens: 9, cachedTokens: 5, cut: true });
});

test('both protocols take files, pictures, tool rounds and settings along', () => {
    const turns = [
        {
            id: 'q', parent: null, role: 'user', content: 'What is this?',
            attachments: [
                { kind: 'text', name: 'a.txt', media_type: 'text/plain', data: 'one\n```' },
                { kind: 'image', name: 'b.png', media_type: 'image/png', data: 'data:image/png;base64,AAAA' },
            ],
        },
        { ...restored({ id: 'a', parent: 'q', role: 'assistant', content: '', details: { tool_calls: [{ id: 't', name: 'calculator', arguments: '{"x":1}', result: '{"result":1}' }] } }) },
    ];
    const settings = { ...SETTINGS, system: 'Be kind.', temperature: 1.5, topK: 20, seed: 7, stop: 'END' };
    const text = 'File a.txt:\n````\none\n```\n````\n\nWhat is this?';
    const open = openai.request(turns, settings, []);
    assert.deepEqual(open.messages, [
        { role: 'system', content: 'Be kind.' },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }, { type: 'text', text }] },
        { role: 'assistant', content: '', tool_calls: [{ id: 't', type: 'function', function: { name: 'calculator', arguments: '{"x":1}' } }] },
        { role: 'tool', tool_call_id: 't', name: 'calculator', content: '{"result":1}' },
    ]);
    assert.deepEqual([open.temperature, open.top_k, open.seed, open.stop, 'top_p' in open], [1.5, 20, 7, ['END'], false]);
    const other = anthropic.request(turns, settings, [{ type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' } } }]);
    assert.deepEqual(other.messages, [
        { role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } }, { type: 'text', text }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'calculator', input: { x: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't', content: '{"result":1}' }] },
    ]);
    assert.deepEqual(other.tools, [{ name: 'f', description: 'd', input_schema: { type: 'object' } }]);
    assert.deepEqual([other.system, other.temperature, other.top_k, 'seed' in other, other.stop_sequences], ['Be kind.', 1, 20, false, ['END']]);
});

test('a conversation sends its history without thinking and failures', async () => {
    const { api, conversation } = held(
        [chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'Hi' }, 'stop'), '[DONE]'],
        [new ApiError('Busy')],
        said('Bye'),
    );
    await conversation.send('Hello', { ...SETTINGS, system: 'Be kind.' });
    await conversation.send('Are you there?', SETTINGS);
    assert.equal(conversation.state.turns.at(-1).error, 'Busy');
    await conversation.retry(SETTINGS);
    assert.deepEqual(api.bodies[0].messages[0], { role: 'system', content: 'Be kind.' });
    assert.deepEqual(api.bodies[2].messages, [
        { role: 'user', content: 'Hello' },
        { role: 'assistant', content: 'Hi' },
        { role: 'user', content: 'Are you there?' },
    ]);
    assert.deepEqual(contents(conversation), ['Hello', 'Hi', 'Are you there?', 'Bye']);
    assert.equal(conversation.state.streaming, false);
});

test('an answer asked for again and a question rewritten are versions, and one may go back to the others', async () => {
    const { api, conversation } = held(said('one'), said('two'), said('three'));
    await conversation.send('A?', SETTINGS);
    await conversation.retry(SETTINGS);
    assert.deepEqual(contents(conversation), ['A?', 'two']);
    const { all, turns } = conversation.state;
    assert.deepEqual(versions(all, turns[1]).map(({ content }) => content), ['one', 'two']);
    await conversation.edit(turns[0].id, 'B?', SETTINGS);
    assert.deepEqual(contents(conversation), ['B?', 'three']);
    assert.deepEqual(api.bodies[2].messages, [{ role: 'user', content: 'B?' }]);
    await conversation.choose(turns[0].id);
    assert.deepEqual(contents(conversation), ['A?', 'two']);
    await conversation.choose(versions(all, turns[1])[0].id);
    assert.deepEqual(contents(conversation), ['A?', 'one']);
    assert.equal(api.head.leaf, versions(all, turns[1])[0].id);
});

test('the pure tree: a path, versions, the latest leaf; a parent that is missing ends a path', () => {
    const all = [
        { id: 'a', parent: null, role: 'user' },
        { id: 'b', parent: 'a', role: 'assistant' },
        { id: 'c', parent: 'a', role: 'assistant' },
        { id: 'd', parent: 'c', role: 'user' },
        { id: 'x', parent: 'x', role: 'user' },
    ];
    assert.deepEqual(path(all, 'd').map(({ id }) => id), ['a', 'c', 'd']);
    assert.equal(latestLeaf(all, 'a'), 'd');
    assert.deepEqual(path(all, null), []);
    assert.ok(path(all, 'x').length <= all.length);
});

test('what was said is kept as it is said, and is there again', async () => {
    const call = { index: 0, id: 'c1', function: { name: 'calculator', arguments: '{}' } };
    const { api, conversation } = held(
        [chunk({ reasoning_content: 'Hm.' }), chunk({ tool_calls: [call] }, 'tool_calls'), '[DONE]'],
        [chunk({ content: '84' }, 'stop'), usage(3), '[DONE]'],
    );
    const file = { kind: 'text', name: 'a.txt', media_type: 'text/plain', data: 'x' };
    await conversation.send('12 * 7?', { ...SETTINGS, tools: true, system: 'Be brief.' }, [file]);
    assert.equal(conversation.state.id, 'c1');
    assert.equal(api.head.title, '12 * 7?');
    const again = new Conversation(api, new Tools(api), {}, 'c1');
    await again.load();
    assert.equal(again.settings.system, 'Be brief.');
    const plain = (turns) => turns.map((turn) => ({ ...turn, thinkingMs: Math.round(turn.thinkingMs ?? 0) }));
    assert.deepEqual(plain(again.state.turns), plain(conversation.state.turns));
    assert.deepEqual(again.state.turns[0].attachments, [file]);
    assert.equal(again.state.turns[1].toolCalls[0].result, '84');
});

test('an answer that was cut off by the end of a page is there again as stopped', () => {
    const turn = restored({ id: 'a', parent: 'q', role: 'assistant', content: 'Once', details: { state: 'streaming', model: 'm' } });
    assert.equal(turn.state, 'stopped');
    assert.equal(stored(turn).details.state, 'stopped');
});

test('an answer that waits for its question to be saved is sent when the page is left', async () => {
    const { api, conversation } = held(said('Hi'));
    const sent = [];
    api.put = (address, body) => {
        sent.push(body.content);
        return new Promise(() => {});
    };
    const answered = new Promise((resolve) => conversation.subscribe(({ streaming, turns }) => !streaming && turns.length === 2 && resolve()));
    conversation.send('Hello', SETTINGS);
    await answered;
    assert.deepEqual(sent, ['Hello']);
    conversation.leaving();
    assert.deepEqual(sent, ['Hello', 'Hi']);
});

test('what cannot be kept is said, and does not end the conversation', async () => {
    const { api, conversation } = held(said('Hi'), said('Still here'));
    api.away = new ApiError('This server keeps no conversations', { status: 409 });
    await conversation.send('Hello', SETTINGS);
    assert.deepEqual([contents(conversation).at(-1), conversation.state.id], ['Hi', '']);
    assert.equal(conversation.state.problem, 'This server keeps no conversations');
    api.away = null;
    await conversation.send('And now?', SETTINGS);
    assert.equal(contents(conversation).at(-1), 'Still here');
});

test('an answer goes on while another conversation is shown, which gets nothing of it', async () => {
    const { api, conversations } = several();
    const marks = () => [conversations.state.answering, conversations.state.answered];
    let meanwhile;
    api.scripts.push([
        chunk({ content: 'Half' }),
        () => {
            conversations.clear();
            meanwhile = [conversations.state.id, conversations.state.all, conversations.state.streaming, ...marks()];
        },
        chunk({ content: ' more' }, 'stop'),
        '[DONE]',
    ]);
    await conversations.send('A story', SETTINGS);
    assert.deepEqual(meanwhile, ['', [], false, ['c1'], []]);
    assert.deepEqual([conversations.state.all, ...marks()], [[], [], ['c1']]);
    assert.equal([...api.saved.values()].at(-1).content, 'Half more');
    assert.equal((await conversations.open('c1')).model, 'm');
    assert.deepEqual([contents(conversations), ...marks()], [['A story', 'Half more'], [], []]);
});

test('who comes back to an answer that is still being written finds it so, and may stop it', async () => {
    const { api, conversations } = several();
    api.scripts.push([
        chunk({ content: 'Half' }),
        () => conversations.clear(),
        chunk({ content: ' more' }),
        async () => {
            assert.equal((await conversations.open('c1')).model, 'm');
            assert.deepEqual([contents(conversations).at(-1), conversations.state.streaming], ['Half more', true]);
            conversations.stop();
        },
        chunk({ content: '.' }),
        chunk({ content: '.' }),
    ]);
    await conversations.send('A story', SETTINGS);
    assert.equal(conversations.state.turns.at(-1).state, 'stopped');
    assert.deepEqual([conversations.state.answering, conversations.state.answered], [[], []]);
});

test('the answer in a conversation that is deleted ends', async () => {
    const { api, conversations } = several();
    api.scripts.push([chunk({ content: 'Half' }), () => conversations.clear(), () => conversations.removed('c1'), chunk({ content: ' more' })]);
    await conversations.send('A story', SETTINGS);
    assert.deepEqual([conversations.state.answering, conversations.state.answered], [[], []]);
    assert.equal([...api.saved.values()].some(({ content }) => content.includes('more')), false);
});

test('nothing of one user is saved for the next', async () => {
    const { api, conversations } = several();
    api.scripts.push([chunk({ content: 'Half' }), () => conversations.forget(), chunk({ content: ' more' })]);
    await conversations.send('A secret', SETTINGS);
    const before = api.saved.size;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual([conversations.state.all, api.saved.size], [[], before]);
    assert.equal([...api.saved.values()].some(({ role }) => role === 'assistant'), false);
});

test('so many answers are read at once, and who gives up waiting takes no place', async () => {
    const slots = new Slots(1);
    const never = new AbortController().signal;
    const first = await slots.take(never);
    const impatient = new AbortController();
    const order = [];
    const waiting = [
        slots.take(impatient.signal).then((back) => (order.push('gave up'), back())),
        slots.take(never).then((back) => (order.push('second'), back())),
        slots.take(never).then((back) => (order.push('third'), back())),
    ];
    impatient.abort();
    await waiting[0];
    assert.deepEqual(order, ['gave up']);
    first();
    await Promise.all(waiting);
    assert.deepEqual(order, ['gave up', 'second', 'third']);
});

test('stopping keeps what is there', async () => {
    const { api, conversation } = held();
    api.scripts.push([chunk({ content: 'Once upon' }), () => conversation.stop(), chunk({ content: ' a time' })]);
    await conversation.send('A story', SETTINGS);
    const { content, state, error } = conversation.state.turns.at(-1);
    assert.deepEqual([content, state, error], ['Once upon', 'stopped', '']);
});

test('a stream that merely ends is a failure', async () => {
    const { conversation } = held([chunk({ content: 'Half' })]);
    await conversation.send('x', SETTINGS);
    assert.equal(conversation.state.turns.at(-1).state, 'failed');
});

test('text is shown at most once per frame, and never after the end', async () => {
    const frames = [];
    const api = new ScriptedApi([...Array.from({ length: 50 }, () => chunk({ content: 'a' })), '[DONE]']);
    const conversation = new Conversation(api, new Tools(api), { frame: (run) => frames.push(run) });
    let updates = 0;
    conversation.subscribe(() => updates++);
    await conversation.send('x', SETTINGS);
    assert.equal(frames.length, 1);
    assert.ok(updates < 14, `${updates} updates`);
    frames[0]();
    assert.deepEqual([conversation.state.turns[1].state, conversation.state.turns[1].content.length], ['done', 50]);
});

test('a model that calls tools without end is stopped', async () => {
    const round = () => [chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'calculator', arguments: '{}' } }] }, 'tool_calls'), '[DONE]'];
    const { api, conversation } = held(...Array.from({ length: 9 }, round));
    await conversation.send('x', { ...SETTINGS, tools: true });
    assert.equal(api.bodies.length, 6);
    assert.equal('tools' in api.bodies[5], false);
});

test('stored settings of an older page are taken field by field', () => {
    const storage = { getItem: () => '{"temperature":"hot","system":"Be brief.","gone":1,"protocol":"smoke"}', setItem: () => {} };
    const settings = new ChatSettingsStore(storage);
    assert.deepEqual(settings.state, { ...DEFAULTS, system: 'Be brief.' });
    settings.offer(['a', 'b']);
    assert.equal(settings.state.model, 'a');
    settings.adopt({ temperature: 0.5, constructor: 1 });
    assert.deepEqual(settings.state, { ...DEFAULTS, temperature: 0.5 });
});

test('a tool that was called with nonsense tells the model so', async () => {
    const tools = new Tools(new ScriptedApi());
    assert.equal(await tools.run('calculator', '{"expression":"2"}'), '84');
    assert.match(await tools.run('calculator', '{bad'), /not JSON/);
});

test('files are taken by their ending, pictures by models that see', async () => {
    const file = (name, content, type = '') => new File([content], name, { type });
    const rules = (seeing) => ({ present: 0, model: 'Fox', sees: async () => seeing });
    const text = await attach([file('a.java', 'class A {}'), file('b.exe', 'MZ'), file('c.txt', 'a\0b')], rules(false));
    assert.deepEqual(text.taken.map(({ name, kind, data }) => [name, kind, data]), [['a.java', 'text', 'class A {}']]);
    assert.deepEqual(text.refused, ['b.exe: only text files and pictures can be attached.', 'c.txt is no text.']);
    const picture = file('p.png', 'AA', 'image/png');
    assert.match((await attach([picture], rules(false))).refused[0], /^Fox cannot see pictures/);
    assert.equal((await attach([picture], rules(true))).taken[0].data, 'data:image/png;base64,QUE=');
    assert.match((await attach(Array(12).fill(file('a.txt', 'x')), rules(true))).refused[0], /No more than 10/);
});

test('the list of conversations is fetched again when the server is back, and only then', async () => {
    let away = true;
    let asked = 0;
    const history = new History({
        get: async () => {
            asked++;
            if (away) {
                throw new ApiError('The server cannot be reached.');
            }
            return [];
        },
    });
    await history.refresh('');
    assert.equal(history.state.error, 'The server cannot be reached.');
    away = false;
    await history.recover();
    assert.deepEqual([history.state.error, history.state.items], ['', []]);
    await history.recover();
    assert.equal(asked, 2);
});
