import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedName, bytes, count, day, duration, modelName, rate, thinkingTime } from '../app/lib/format.js';
import { Poller } from '../app/lib/poll.js';

for (const [shown, expected] of [
    [bytes(0), '0 B'],
    [bytes(2_000_000), '2 MB'],
    [bytes(2_149_000), '2.1 MB'],
    [bytes(999_600), '1 MB'],
    [bytes(12_400_000_000), '12.4 GB'],
    [bytes(-1), '–'],
    [bytes(NaN), '–'],
    [duration(85.4), '85 ms'],
    [duration(999.7), '1.0 s'],
    [duration(9_960), '10 s'],
    [duration(185_000), '3 min 5 s'],
    [thinkingTime(420), 'less than a second'],
    [thinkingTime(3_200), '3 s'],
    [thinkingTime(61_000), '1 min 1 s'],
    [rate(7.34), '7.3 tokens/s'],
    [rate(1_240.4), '1,240 tokens/s'],
    [rate(0), '– tokens/s'],
    [count(1, 'token'), '1 token'],
    [count(2_048, 'token'), '2,048 tokens'],
    [modelName('mlx-community/Qwen3-0.6B'), 'Qwen3-0.6B'],
    [modelName('local'), 'local'],
    [askedName('profile:support'), 'support'],
    [askedName('mlx-community/Qwen3-0.6B'), 'Qwen3-0.6B'],
    [day('2026-11-25T00:10:00', new Date('2026-11-25T23:00:00')), 'Today'],
    [day('2026-11-24T23:59:00', new Date('2026-11-25T00:01:00')), 'Yesterday'],
    [day('2026-11-19T12:00:00', new Date('2026-11-25T12:00:00')), 'Last 7 days'],
    [day('2026-10-02T12:00:00', new Date('2026-11-25T12:00:00')), 'October 2026'],
]) {
    test(`shows ${expected}`, () => assert.equal(shown, expected));
}

/** Timers and a page that a test drives by hand. */
function surroundings() {
    const timers = new Map();
    let next = 1;
    const page = {
        hidden: false,
        listeners: new Set(),
        addEventListener: (type, run) => page.listeners.add(run),
        removeEventListener: (type, run) => page.listeners.delete(run),
        turn(hidden) {
            page.hidden = hidden;
            page.listeners.forEach((run) => run());
        },
    };
    return {
        page,
        delays: () => [...timers.values()].map((timer) => timer.delay),
        elapse: async () => {
            const due = [...timers.values()];
            timers.clear();
            due.forEach((timer) => timer.run());
            await new Promise(setImmediate);
        },
        timers: {
            setTimeout: (run, delay) => (timers.set(next, { run, delay }), next++),
            clearTimeout: (id) => timers.delete(id),
        },
    };
}

test('polls one run at a time and pauses while nobody looks', async () => {
    const around = surroundings();
    const poller = new Poller(around);
    let runs = 0;
    poller.add({ name: 'pool', every: 1_000, run: async () => void runs++ });
    poller.start();
    await Promise.all([poller.refresh('pool'), poller.refresh('pool')]);
    await new Promise(setImmediate);
    assert.equal(runs, 1);
    await around.elapse();
    assert.equal(runs, 2);
    around.page.turn(true);
    assert.deepEqual(around.delays(), []);
    around.page.turn(false);
    await new Promise(setImmediate);
    assert.equal(runs, 3);
    poller.stop();
    assert.deepEqual([around.delays(), around.page.listeners.size], [[], 0]);
});

test('a failing task is asked less often, until it works again', async () => {
    const around = surroundings();
    const poller = new Poller(around);
    let fails = true;
    poller.add({ name: 'x', every: 100, run: async () => { if (fails) throw new Error('no'); } });
    poller.start();
    await new Promise(setImmediate);
    assert.deepEqual(around.delays(), [200]);
    await around.elapse();
    assert.deepEqual(around.delays(), [400]);
    fails = false;
    await around.elapse();
    assert.deepEqual(around.delays(), [100]);
});
