import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chipsFor, chosen, everything, FITS, toggled, traitsOfHit, traitsOfLocal } from '../app/models/filters.js';
import { ProbeRun } from '../app/models/probe.js';

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
