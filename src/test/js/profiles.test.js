import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, draftOf, knownOptions, sectionsFor } from '../app/profiles/form.js';
import { Profiles } from '../app/profiles/profiles.js';

const PROFILE = {
    id: 7, name: 'coder', description: null, model_id: 'a/b', model_type: 'text-gen', auto_start: true, pinned: false,
    keep_alive_seconds: -1, inference: { temperature: 0.2, top_k: null }, context: { context_length: 4096, system_prompt: 'Be brief.\n' },
    audio: {}, model_options: { enable_thinking: false, effort: 'high' },
};

test('a profile goes through its form unchanged', () => {
    const { body, faults } = bodyOf(draftOf(PROFILE, []), 'text-gen');
    assert.deepEqual(faults, {});
    assert.equal(body.name, 'coder');
    assert.equal(body.keep_alive_seconds, -1);
    assert.equal(body.auto_start, true);
    assert.deepEqual(body.inference, {
        temperature: 0.2, top_p: null, top_k: null, min_p: null, repetition_penalty: null, max_tokens: null,
    });
    assert.deepEqual(body.context, { context_length: 4096, system_prompt: 'Be brief.\n' });
    assert.deepEqual(body.model_options, { enable_thinking: false, effort: 'high' });
});

test('sections follow the type of the model, and only they are sent', () => {
    assert.deepEqual(sectionsFor('audio').map(({ id }) => id), ['audio']);
    assert.deepEqual(sectionsFor('embeddings'), []);
    assert.deepEqual(sectionsFor(undefined).map(({ id }) => id), ['inference', 'context']);
    const { body } = bodyOf(draftOf(PROFILE, []), 'audio');
    assert.ok(!('inference' in body) && !('context' in body) && 'audio' in body);
});

test('every faulty field is named', () => {
    const draft = {
        ...draftOf(null, []), name: 'a/b', keep_alive_seconds: 'soon', 'inference.temperature': '2,5', 'inference.top_k': '1.5',
        options: [{ name: 'not this!', value: '1', kind: 'text', known: false, hint: '' }],
    };
    const { faults } = bodyOf(/** @type {any} */ (draft), 'text-gen');
    assert.deepEqual(Object.keys(faults).sort(), ['inference.temperature', 'inference.top_k', 'keep_alive_seconds', 'model_id', 'name', 'option.0']);
    assert.equal(faults['inference.temperature'], 'From 0 to 2.');
});

test('options of the template come from the probe, in any of its forms', () => {
    assert.deepEqual(knownOptions(null), []);
    assert.deepEqual(knownOptions({ supports_thinking: true }).map(({ name, kind }) => [name, kind]), [['enable_thinking', 'switch']]);
    assert.deepEqual(knownOptions({ template_params: ['effort'] }).map(({ name, kind }) => [name, kind]), [['effort', 'text']]);
    const [first, second] = knownOptions({
        supports_thinking: true,
        template_params: { enable_thinking: { type: 'boolean', description: 'x' }, budget: 100 },
    });
    assert.deepEqual([first.name, first.kind, first.hint], ['enable_thinking', 'switch', 'x']);
    assert.deepEqual([second.name, second.kind], ['budget', 'text']);
});

test('lists and objects of a template are left to requests', () => {
    const found = { template_params: { tools: { param_type: 'list', default: null }, deep: { param_type: 'bool', default: false } } };
    assert.deepEqual(knownOptions(found).map(({ name, kind }) => [name, kind]), [['deep', 'switch']]);
});

test('what is set beside the known options is kept, and values keep their type', () => {
    const draft = draftOf(PROFILE, knownOptions({ supports_thinking: true }));
    assert.deepEqual(draft.options.map(({ name, known }) => [name, known]), [['enable_thinking', true], ['effort', false]]);
    draft.options.push({ name: 'depth', value: '3', kind: 'text', known: false, hint: '' });
    assert.deepEqual(bodyOf(draft, 'text-gen').body.model_options, { enable_thinking: false, effort: 'high', depth: 3 });
});

test('a start is followed live, and a failure found later is asked for', async () => {
    const answers = {
        'api/profiles': [PROFILE],
        'api/servers': [{ profile_id: 7, state: 'failed', running: 0, memory_mb: 0 }],
        'api/servers/7/status': { state: 'failed', error_message: 'no room' },
    };
    const api = { get: async (path) => answers[path], post: async () => ({ state: 'loading' }) };
    const opened = [];
    const live = { events: (path, listener) => opened.push({ path, listener }) && { close() {} } };
    const tasks = {};
    const poller = { add: (task) => (tasks[task.name] = task), remove() {}, refresh: async () => {} };
    const profiles = new Profiles(/** @type {any} */ (api), /** @type {any} */ (poller), /** @type {any} */ (live));
    profiles.watch();
    await tasks.profiles.run();
    assert.deepEqual([profiles.run(7).state, profiles.run(7).error], ['failed', 'no room']);
    answers['api/servers'] = [{ profile_id: 7, state: 'loading', running: 0, memory_mb: 0 }];
    await profiles.start(/** @type {any} */ (PROFILE));
    assert.equal(opened[0].path, 'api/servers/7/events');
    opened[0].listener.message({ data: { state: 'ready', error_message: null } });
    assert.deepEqual([profiles.run(7).state, profiles.run(7).error], ['ready', '']);
    assert.equal(profiles.run(8).state, 'stopped');
});
