import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Answer } from '../app/chat/answer.js';
import { Conversation } from '../app/chat/conversation.js';
import { DEFAULTS, ChatSettingsStore } from '../app/chat/settings.js';
import { runTool } from '../app/chat/tools.js';
import { ApiError } from '../app/lib/problem.js';

const SETTINGS = { ...DEFAULTS, model: 'm' };
const chunk = (delta, finish_reason = null) => JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] });
const usage = (tokens) => JSON.stringify({ choices: [], usage: { prompt_tokens: 9, completion_tokens: tokens } });

/** An Api that answers each stream with the next script; an Error in a script is thrown. */
class ScriptedApi {
    bodies = [];

    constructor(...scripts) {
        this.scripts = scripts;
    }

    async *stream(path, body, { signal }) {
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
}

const atOnce = { frame: (run) => run() };

test('an answer grows out of its chunks and is timed', () => {
    let now = 1_000;
    const answer = new Answer(() => now);
    const at = (time, data) => {
        now = time;
        answer.apply(data);
    };
    at(1_010, chunk({ role: 'assistant', content: '' }));
    at(1_200, chunk({ reasoning_content: 'Let me ' }));
    assert.equal(answer.thinking, true);
    at(1_400, chunk({ reasoning_content: 'see.' }));
    at(2_200, chunk({ content: 'Hello' }));
    assert.deepEqual([answer.thinking, answer.thinkingMs], [false, 1_000]);
    at(3_200, chunk({ content: '!' }, 'stop'));
    at(3_300, usage(41));
    at(3_301, '[DONE]');
    assert.deepEqual([answer.reasoning, answer.content, answer.complete], ['Let me see.', 'Hello!', true]);
    assert.deepEqual(answer.metrics(), {
        tokens: 41,
        promptTokens: 9,
        tokensPerSecond: 20,
        firstTokenMs: 200,
        cut: false,
    });
});

test('a tool call is put together from its pieces', () => {
    const answer = new Answer(() => 1);
    answer.apply(chunk({ tool_calls: [{ index: 0, id: 'c1', function: { name: 'calculator', arguments: '{"expr' } }] }));
    answer.apply(chunk({ tool_calls: [{ index: 0, function: { arguments: 'ession":"1"}' } }] }, 'tool_calls'));
    assert.deepEqual(answer.toolCalls, [{ id: 'c1', name: 'calculator', arguments: '{"expression":"1"}' }]);
});

test('an error event fails the answer with its own words', () => {
    assert.throws(() => new Answer().apply('{"error":{"message":"Out of memory"}}'), { message: 'Out of memory' });
});

test('a conversation sends its history without thinking and failures', async () => {
    const api = new ScriptedApi(
        [chunk({ reasoning_content: 'Hm.' }), chunk({ content: 'Hi' }, 'stop'), '[DONE]'],
        [new ApiError('Busy')],
        [chunk({ content: 'Bye' }, 'stop'), '[DONE]'],
    );
    const conversation = new Conversation(api, atOnce);
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
    assert.deepEqual(conversation.state.turns.map((turn) => turn.content), ['Hello', 'Hi', 'Are you there?', 'Bye']);
    assert.equal(conversation.state.streaming, false);
});

test('stopping keeps what is there', async () => {
    let conversation = null;
    const api = new ScriptedApi([chunk({ content: 'Once upon' }), () => conversation.stop(), chunk({ content: ' a time' })]);
    conversation = new Conversation(api, atOnce);
    await conversation.send('A story', SETTINGS);
    const { content, state, error } = conversation.state.turns.at(-1);
    assert.deepEqual([content, state, error], ['Once upon', 'stopped', '']);
});

test('a stream that merely ends is a failure', async () => {
    const conversation = new Conversation(new ScriptedApi([chunk({ content: 'Half' })]), atOnce);
    await conversation.send('x', SETTINGS);
    assert.equal(conversation.state.turns.at(-1).state, 'failed');
});

test('text is shown at most once per frame, and never after the end', async () => {
    const frames = [];
    const pieces = Array.from({ length: 50 }, () => chunk({ content: 'a' }));
    const conversation = new Conversation(new ScriptedApi([...pieces, '[DONE]']), { frame: (run) => frames.push(run) });
    let updates = 0;
    conversation.subscribe(() => updates++);
    await conversation.send('x', SETTINGS);
    assert.equal(frames.length, 1);
    assert.ok(updates < 7, `${updates} updates`);
    frames[0]();
    assert.deepEqual([conversation.state.turns[1].state, conversation.state.turns[1].content.length], ['done', 50]);
});

test('a tool is run here and its result goes back to the model', async () => {
    const call = { index: 0, id: 'c1', function: { name: 'calculator', arguments: '{"expression":"12 * 7"}' } };
    const api = new ScriptedApi(
        [chunk({ tool_calls: [call] }, 'tool_calls'), '[DONE]'],
        [chunk({ content: '84' }, 'stop'), '[DONE]'],
    );
    const conversation = new Conversation(api, atOnce);
    await conversation.send('12 * 7?', { ...SETTINGS, tools: true });
    assert.equal(conversation.state.turns[1].toolCalls[0].result, '84');
    assert.deepEqual(api.bodies[1].messages.slice(1), [
        {
            role: 'assistant',
            content: '',
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'calculator', arguments: '{"expression":"12 * 7"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', name: 'calculator', content: '84' },
    ]);
});

test('a model that calls tools without end is stopped', async () => {
    const round = () => [chunk({ tool_calls: [{ index: 0, id: 'c', function: { name: 'calculator', arguments: '{"expression":"1"}' } }] }, 'tool_calls'), '[DONE]'];
    const api = new ScriptedApi(round(), round(), round(), round(), round(), round());
    await new Conversation(api, atOnce).send('x', { ...SETTINGS, tools: true });
    assert.equal(api.bodies.length, 4);
    assert.equal('tools' in api.bodies[3], false);
});

test('a conversation belongs to one user and survives a reload', async () => {
    const map = new Map();
    const storage = { getItem: (key) => map.get(key) ?? null, setItem: (key, value) => map.set(key, value), removeItem: (key) => map.delete(key) };
    const open = (id, ...scripts) => {
        const conversation = new Conversation(new ScriptedApi(...scripts), { ...atOnce, storage });
        conversation.openFor(id);
        return conversation;
    };
    await open(1, [chunk({ content: 'Hi' }, 'stop')]).send('Hello', SETTINGS);
    const again = open(1);
    assert.equal(again.state.turns.length, 2);
    assert.equal(open(2).state.turns.length, 0);
    again.close();
    assert.equal(map.size, 0);
});

test('stored settings of an older page are taken field by field', () => {
    const storage = { getItem: () => '{"temperature":"hot","system":"Be brief.","gone":1}', setItem: () => {} };
    const settings = new ChatSettingsStore(storage);
    assert.deepEqual(settings.state, { ...DEFAULTS, system: 'Be brief.' });
    settings.offer(['a', 'b']);
    assert.equal(settings.state.model, 'a');
});

test('a tool answers nonsense with a sentence', () => {
    assert.equal(runTool('calculator', '{"expression":"2 + 3 * 4"}'), '14');
    assert.match(runTool('calculator', '{bad'), /^Error: /);
    assert.match(runTool('toString', '{}'), /no tool named toString/);
    assert.match(runTool('calculator', '{"expression":"alert(1)"}'), /^Error: unexpected "a"/);
});
