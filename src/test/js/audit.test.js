import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AuditTrail, merged, noFilters, queryOf } from '../app/admin/audit.js';
import { clientsFor } from '../app/keys/examples.js';

const row = (id) => /** @type {any} */ ({ id, model: 'm', status: 'success' });
const ids = (rows) => rows.map(({ id }) => id);
const settled = () => new Promise((resolve) => setImmediate(resolve));

/** A server with these rows, of which the page sees what it asks for. */
function world(rows) {
    const asked = [];
    const channels = [];
    const timers = new Map();
    const api = {
        get: async (path) => {
            asked.push(path);
            const url = new URL(path, 'http://host/');
            if (url.pathname.endsWith('/stats')) {
                return { total_requests: rows.length };
            }
            const before = Number(url.searchParams.get('before_id') ?? Infinity);
            return rows.filter(({ id }) => id < before).slice(0, Number(url.searchParams.get('limit')));
        },
        ticketed: async (path) => `http://host/${path}&token=once`,
    };
    const live = {
        socket: (path, listener) => {
            const channel = { path, listener, closed: false, close: () => (channel.closed = true) };
            channels.push(channel);
            return channel;
        },
    };
    let last = 0;
    const trail = new AuditTrail(/** @type {any} */ (api), /** @type {any} */ (live), {
        setTimeout: (run) => timers.set(++last, run) && last,
        clearTimeout: (id) => timers.delete(id),
    });
    const tick = async () => {
        const due = [...timers.values()];
        timers.clear();
        due.forEach((run) => run());
        await settled();
    };
    const say = (id) => channels.at(-1).listener.message({ data: { type: 'log', data: row(id) } });
    return { trail, asked, channels, tick, say, timers };
}

test('rows are merged newest first, each once', () => {
    const before = [row(5), row(3)];
    assert.deepEqual(ids(merged(before, [row(4), row(5), row(6), row(6)])), [6, 5, 4, 3]);
    assert.equal(merged(before, [row(3)]), before);
});

test('filters go to the server, times as instants', () => {
    assert.equal(String(queryOf(noFilters())), '');
    const query = queryOf({ ...noFilters(), model: ' a/b ', start_time: '2026-11-25T10:00' });
    assert.equal(query.get('model'), 'a/b');
    assert.equal(query.get('start_time'), new Date('2026-11-25T10:00').toISOString());
});

test('old rows come by key and live ones join them, through the same filters', async () => {
    const { trail, asked, channels, tick, say } = world(Array.from({ length: 120 }, (_, at) => row(120 - at)));
    trail.open({ ...noFilters(), status: 'success' });
    await settled();
    assert.equal(channels[0].path, 'api/system/ws/audit-logs?status=success');
    assert.ok(asked.every((path) => path.includes('status=success')));
    assert.equal(trail.state.rows.length, 50);
    assert.ok(trail.state.older);
    say(121);
    await trail.more();
    await tick();
    assert.deepEqual(asked.at(-1).includes('before_id=71') || asked.some((path) => path.includes('before_id=71')), true);
    assert.deepEqual([ids(trail.state.rows)[0], trail.state.rows.length], [121, 101]);
    assert.equal(trail.state.fresh, 120);
});

test('a burst is shown by the dozen, and the numbers are asked for once after it', async () => {
    const { trail, asked, tick, say } = world([row(1)]);
    trail.open();
    await settled();
    const shown = [];
    trail.subscribe(({ rows }) => shown.push(rows.length));
    for (let id = 2; id <= 700; id++) {
        say(id);
    }
    assert.equal(shown.length, 0);
    for (let turn = 0; turn < 15; turn++) {
        await tick();
    }
    const steps = shown.map((length, at) => length - (shown[at - 1] ?? 1));
    assert.ok(Math.max(...steps) <= 60);
    assert.deepEqual([trail.state.rows.length, ids(trail.state.rows)[0], new Set(ids(trail.state.rows)).size], [500, 700, 500]);
    assert.ok(trail.state.older, 'what was let go can be asked for');
    assert.ok(asked.filter((path) => path.includes('/stats')).length < 10);
});

test('after a break the log itself is asked, not the channel alone', async () => {
    const { trail, asked, channels } = world([row(1)]);
    trail.open();
    channels[0].listener.state('open', '');
    await settled();
    const before = asked.length;
    channels[0].listener.state('waiting', '');
    channels[0].listener.state('open', '');
    await settled();
    assert.equal(asked.length, before + 1);
});

test('other filters close the channel before, and leaving closes all', async () => {
    const { trail, channels, say, timers } = world([row(1)]);
    trail.open();
    trail.open({ ...noFilters(), kind: 'security' });
    assert.ok(channels[0].closed && !channels[1].closed);
    await settled();
    say(2);
    trail.close();
    assert.ok(channels[1].closed);
    assert.equal(timers.size, 0);
});

test('a refusal is told, and an export carries filters and a ticket', async () => {
    const { trail, channels } = world([]);
    trail.open({ ...noFilters(), model: 'a/b' });
    channels[0].listener.state('refused', 'Not authorised any more');
    assert.equal(trail.state.notice, 'Not authorised any more');
    assert.equal(await trail.file('csv'), 'http://host/api/system/audit-logs/export?model=a%2Fb&format=csv&token=once');
});

test('examples name this server, the key and the model, and no other address', () => {
    for (const { examples } of clientsFor('http://host:8080/', 'mlx_key', 'owner/model')) {
        for (const { title, text } of examples) {
            assert.ok(text.includes('http://host:8080') && text.includes('mlx_key'), title);
            assert.ok(!text.includes('8080//'), title);
        }
    }
});
