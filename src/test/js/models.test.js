import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiError } from '../app/lib/problem.js';
import { readable } from '../app/models/card.js';
import { modelFiles } from '../app/models/files.js';
import { chipsFor, chosen, everything, FITS, toggled, traitsOfHit, traitsOfLocal } from '../app/models/filters.js';
import { Library } from '../app/models/library.js';
import { ProbeRun } from '../app/models/probe.js';
import { Uploads } from '../app/models/uploads.js';

const QWEN = traitsOfLocal({
    size_bytes: 2e9,
    characteristics: { model_type: 'qwen3', quantization_bits: 4, multimodal_type: null },
    capabilities: { model_type: 'text-gen', supports_thinking: true, supports_native_tools: false },
});
const VISION = traitsOfLocal({
    size_bytes: 9e9, characteristics: { model_type: 'gemma3', quantization_bits: 8, multimodal_type: 'vision' }, capabilities: null,
});

test('traits of a local model come from its configuration and its probe', () => {
    assert.deepEqual(QWEN, { family: 'qwen3', bits: '4 bit', capabilities: ['thinking'], bytes: 2e9 });
    assert.deepEqual(VISION.capabilities, ['vision']);
    assert.deepEqual(traitsOfLocal({ size_bytes: 1, characteristics: null, capabilities: null }), { family: '', bits: '', capabilities: [], bytes: 1 });
});

test('traits of a hit come from its tags and its name', () => {
    const hit = { model_id: 'mlx-community/Qwen3-8B-4bit', tags: ['mlx', 'qwen3', 'base_model:Qwen/Qwen3', 'image-text-to-text'], estimated_size_bytes: null };
    assert.deepEqual(traitsOfHit(hit), { family: 'qwen3', bits: '4 bit', capabilities: ['vision'], bytes: null });
    assert.equal(traitsOfHit({ model_id: 'a/b', tags: ['8-bit'], estimated_size_bytes: 1 }).bits, '8 bit');
});

test('chips count what there is, and only what is there', () => {
    const chips = chipsFor([QWEN, VISION], 5e9);
    assert.deepEqual(chips.map(({ value, count }) => `${value} ${count}`), [
        `${FITS} 1`, 'gemma3 1', 'qwen3 1', '4 bit 1', '8 bit 1', 'thinking 1', 'vision 1',
    ]);
    assert.ok(!chipsFor([QWEN], 0).some(({ value }) => value === FITS));
});

test('within a group any value counts, among groups all do', () => {
    const choose = (...chips) => chips.reduce((choice, [group, value]) => toggled(choice, { group, value, count: 1 }), everything());
    assert.ok(chosen(QWEN, everything(), 0));
    assert.ok(chosen(QWEN, choose(['family', 'qwen3'], ['family', 'gemma3']), 0));
    assert.ok(!chosen(QWEN, choose(['family', 'qwen3'], ['bits', '8 bit']), 0));
    assert.ok(!chosen(VISION, choose(['memory', FITS]), 9e9));
    assert.ok(chosen(VISION, choose(['memory', FITS]), 11e9));
    assert.deepEqual(toggled(choose(['family', 'qwen3']), { group: 'family', value: 'qwen3', count: 1 }), everything());
});

function probeOf(events, failure = null) {
    const api = {
        async *stream(path, body, { signal }) {
            assert.equal(path, 'api/models/probe/a/b%20c?include_report=true');
            for (const event of events) {
                yield { data: typeof event === 'string' ? event : JSON.stringify(event) };
            }
            if (failure !== null) {
                throw failure;
            }
            assert.ok(!signal.aborted);
        },
    };
    return new ProbeRun(/** @type {any} */ (api), 'a/b c');
}

test('a probe is told step by step, with what each found', async () => {
    const probe = probeOf([
        { step: 'queued', status: 'running', details: { place: 2 } },
        { step: 'detect_family', status: 'completed', capability: 'model_family', value: 'qwen3' },
        { step: 'test_tools', status: 'running' },
        { step: 'test_tools', status: 'completed', capability: 'supports_native_tools', value: true },
        { step: 'test_tools', status: 'completed', capability: 'tool_format', value: 'template', diagnostics: [{ level: 'warning', message: 'odd' }] },
        { step: 'test_thinking', status: 'failed', error: 'too slow' },
        { step: 'probe_complete', status: 'completed', details: { result: { model_family: 'qwen3' } } },
        { step: 'probe_report', status: 'completed', details: { report: '# Report' } },
        '[DONE]',
    ]);
    const places = [];
    probe.subscribe(({ place }) => places.push(place));
    await probe.run();
    const { phase, steps, report, result } = probe.state;
    assert.deepEqual([phase, report, result], ['done', '# Report', { model_family: 'qwen3' }]);
    assert.ok(places.includes(2));
    assert.deepEqual(steps.map(({ id, status, found, error }) => [id, status, found, error]), [
        ['detect_family', 'completed', 'model family: qwen3', ''],
        ['test_tools', 'completed', 'supports native tools: yes, tool format: template', ''],
        ['test_thinking', 'failed', '', 'too slow'],
    ]);
    assert.deepEqual(steps[1].notes, [{ level: 'warning', message: 'odd' }]);
});

test('a probe that breaks off has failed, whichever way', async () => {
    const told = probeOf([{ step: 'probe_failed', status: 'failed', error: 'no room' }, '[DONE]']);
    await told.run();
    assert.deepEqual([told.state.phase, told.state.error], ['failed', 'no room']);
    const broken = probeOf([], new Error('The connection broke'));
    await broken.run();
    assert.deepEqual([broken.state.phase, broken.state.error], ['failed', 'The connection broke']);
    const silent = probeOf(['[DONE]']);
    await silent.run();
    assert.equal(silent.state.phase, 'failed');
});

const named = (...names) => names.map((name) => ({ name, file: new File(['x'.repeat(name.length)], name) }));

test('the files of a model lose their folder, come with the small ones first, and without what no engine reads', () => {
    const { files, name, fault } = modelFiles(
        named('My Model/model.safetensors', 'My Model/config.json', 'My Model/tokenizer.json', 'My Model/.git/HEAD', 'My Model/x/note.txt', 'My Model/pytorch_model.bin'),
    );
    assert.deepEqual(files.map((each) => each.name), ['x/note.txt', 'config.json', 'tokenizer.json', 'model.safetensors']);
    assert.deepEqual([name, fault], ['My-Model', '']);
    assert.deepEqual(modelFiles(named('dir/some model.zip')).files[0].name, 'some model.zip');
    assert.equal(modelFiles(named('some model.zip')).name, 'some-model');
});

test('what is no model is told before a byte is sent', () => {
    assert.match(modelFiles(named('a/b.txt', 'a/c.txt')).fault, /config\.json/);
    assert.match(modelFiles(named('config.json', 'model.safetensors')).fault, /tokenizer\.json/);
    assert.match(modelFiles(named('config.json', 'tokenizer.json', 'model.gguf')).fault, /weights/);
});

/** An Api that takes uploads; `trouble` may throw for a part. */
function uploadTo(trouble = () => {}) {
    const api = {
        calls: [],
        parts: [],
        async post(path, body) {
            this.calls.push(`POST ${path}`);
            this.begun ??= body;
            return { upload_id: 'u', part_bytes: 4 };
        },
        async putBytes(path, blob, { signal }) {
            signal.throwIfAborted();
            trouble(path);
            this.parts.push([path.replace('api/uploads/u/files/', ''), await blob.text()]);
        },
        async delete(path) {
            this.calls.push(`DELETE ${path}`);
        },
    };
    let arrived;
    const there = new Promise((resolve) => (arrived = resolve));
    const waits = [];
    const uploads = new Uploads(/** @type {any} */ (api), arrived, { wait: async (ms) => void waits.push(ms) });
    const ended = (wanted) => new Promise((resolve) => uploads.subscribe(({ items }) => wanted(items) && resolve(items)));
    return { api, uploads, there, ended, waits };
}

test('an upload goes part by part, again where one got lost, and is completed', async () => {
    let losses = 2;
    const { api, uploads, there, waits } = uploadTo((path) => {
        if (path.includes('offset=4') && losses-- > 0) {
            throw new ApiError('away', { status: 0 });
        }
    });
    await uploads.start('a/b', [{ name: 'empty', file: new File([], 'empty') }, { name: 'sub/w#1', file: new File(['123456789'], 'w') }]);
    assert.equal(uploads.busy, true);
    await there;
    assert.deepEqual(api.begun, { model_id: 'a/b', files: { empty: 0, 'sub/w#1': 9 } });
    assert.deepEqual(api.parts, [['empty?offset=0', ''], ['sub/w%231?offset=0', '1234'], ['sub/w%231?offset=4', '5678'], ['sub/w%231?offset=8', '9']]);
    assert.equal(api.calls.at(-1), 'POST api/uploads/u/complete');
    assert.equal(waits.length, 2);
    assert.deepEqual([uploads.state.items, uploads.busy], [[], false]);
});

test('a refusal ends an upload with its words, and a cancelled one is forgotten on the server too', async () => {
    const { uploads, ended } = uploadTo(() => {
        throw new ApiError('a/b cannot be run', { status: 400 });
    });
    const failed = ended((items) => items[0]?.state === 'failed');
    await uploads.start('a/b', named('config.json'));
    assert.equal((await failed)[0].error, 'a/b cannot be run');

    const other = uploadTo();
    await other.uploads.start('a/b', named('config.json'));
    await other.uploads.cancel('u');
    assert.equal(other.api.calls.at(-1), 'DELETE api/uploads/u');
    assert.deepEqual([other.uploads.state.items, other.uploads.busy], [[], false]);
});

test('a card is read without facts for machines and without HTML, and its code stays as it is', () => {
    const card = '---\nlicense: mit\n---\n<div align="center"><img src="x">\n\n# Title\n</div>\n<!-- not\nthis -->\n```html\n<div>kept</div>\n```\n<br>End, a < b';
    assert.equal(readable(card), '# Title\n\n\n```html\n<div>kept</div>\n```\nEnd, a < b');
    assert.equal(readable(''), '');
});

for (const [what, local, notice] of [
    ['a model', [{ model_id: 'a/b' }], /^$/],
    ['no model', [], /a\/b was downloaded, but .* tokenizer\.json/],
]) {
    test(`a download that has ended as ${what} is told as such`, async () => {
        const answers = {
            'api/models/downloads/active': [{ task_id: 't', model_id: 'a/b', status: 'downloading' }],
            'api/models/download/t/status': { status: 'completed', error: null },
            'api/models/downloaded': local,
        };
        const runs = {};
        const poller = { add: ({ name, run }) => (runs[name] = run), remove: () => {}, refresh: () => {} };
        const library = new Library(/** @type {any} */ ({ get: async (path) => answers[path] }), /** @type {any} */ (poller), () => {});
        library.watch();
        await runs.downloads();
        answers['api/models/downloads/active'] = [];
        await runs.downloads();
        assert.match(library.state.notice, notice);
        assert.deepEqual(library.state.downloads, []);
    });
}
