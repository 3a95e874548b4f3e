import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Activity } from '../app/dashboard/activity.js';
import { Backoff } from '../app/lib/backoff.js';
import { Live } from '../app/lib/live.js';
import { ApiError } from '../app/lib/problem.js';
import { Store } from '../app/lib/store.js';

class Page extends EventTarget {
    hidden = false;

    show(shown) {
        this.hidden = !shown;
        this.dispatchEvent(new Event('visibilitychange'));
    }
}

/** Timers that run when the test says so. */
class Timers {
    pending = new Map();
    #last = 0;
    setTimeout = (run, after) => this.pending.set(++this.#last, { run, after }) && this.#last;
    clearTimeout = (id) => this.pending.delete(id);

    /** Runs all that wait at most so long, and gives their waits. */
    async run(longest = 60_000) {
        const due = [...this.pending].filter(([, { after }]) => after <= longest);
        for (const [id, { run }] of due) {
            this.pending.delete(id);
            run();
        }
        await settled();
        return due.map(([, { after }]) => after);
    }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function world({ ticket = async (count) => `t${count}` } = {}) {
    const lines = [];
    class Line {
        closed = false;
        named = {};
        constructor(url) {
            this.url = url;
            lines.push(this);
        }
        addEventListener(name, listener) {
            this.named[name] = listener;
        }
        removeEventListener(name) {
            delete this.named[name];
        }
        close() {
            this.closed = true;
        }
        say(data, lastEventId = '') {
            this.onmessage({ data: typeof data === 'string' ? data : JSON.stringify(data), type: 'message', lastEventId });
        }
    }
    let asked = 0;
    const session = new Store({ phase: 'signed-in' });
    const page = new Page();
    const timers = new Timers();
    const api = {
        ticketed: async (path) => {
            const address = new URL(path, 'http://host/');
            address.searchParams.set('token', await ticket(++asked));
            return address;
        },
    };
    const live = new Live(/** @type {any} */ (api), /** @type {any} */ (session), {
        page, timers, random: () => 0, EventSource: Line, WebSocket: Line,
    });
    const heard = [];
    const states = [];
    const listener = {
        message: ({ data }) => heard.push(data),
        state: (state, reason) => states.push(reason ? `${state}: ${reason}` : state),
    };
    return { live, lines, session, page, timers, heard, states, listener };
}

test('a socket opens with a ticket of its own and passes on what it hears, pings apart', async () => {
    const { live, lines, listener, states, heard } = world();
    live.socket('api/system/ws/audit-logs?model=a%2Fb', listener);
    await settled();
    assert.equal(lines[0].url, 'ws://host/api/system/ws/audit-logs?model=a%2Fb&token=t1');
    lines[0].onopen();
    lines[0].say({ type: 'log' });
    lines[0].say({ type: 'ping' });
    assert.deepEqual(heard, [{ type: 'log' }]);
    assert.deepEqual(states, ['connecting', 'open']);
});

test('it comes back with a new ticket after longer and longer waits, and starts over once it heard something', async () => {
    const { live, lines, timers, listener } = world();
    live.events('api/x', listener);
    await settled();
    for (const wait of [500, 1000, 2000, 4000]) {
        lines.at(-1).onopen();
        lines.at(-1).onerror();
        assert.ok(lines.at(-1).closed);
        assert.deepEqual(await timers.run(), [wait]);
    }
    lines.at(-1).onopen();
    lines.at(-1).say('{}');
    lines.at(-1).onerror();
    assert.deepEqual(await timers.run(), [500]);
    assert.equal(lines.length, 6);
    assert.equal(new URL(lines.at(-1).url).searchParams.get('token'), 't6');
});

test('rows that a new connection repeats are not told again', async () => {
    const { live, lines, timers, listener, heard } = world();
    live.socket('api/x', { ...listener, idOf: ({ data }) => data.id });
    await settled();
    [3, 4, 5].forEach((id) => lines[0].say({ id }));
    lines[0].onclose({ code: 1006, reason: '' });
    await timers.run();
    [4, 5, 6].forEach((id) => lines[1].say({ id }));
    assert.deepEqual(heard.map(({ id }) => id), [3, 4, 5, 6]);
});

test('an event with the id that was last seen is not told again', async () => {
    const { live, lines, timers, listener, heard } = world();
    live.events('api/x', listener);
    await settled();
    lines[0].say('{"done":1}', '17');
    lines[0].onerror();
    await timers.run();
    lines[1].say('{"done":1}', '17');
    lines[1].say('{"done":2}', '18');
    assert.deepEqual(heard, [{ done: 1 }, { done: 2 }]);
});

test('named events are heard when they are asked for', async () => {
    const { live, lines, listener, heard } = world();
    live.events('api/x', { ...listener, names: ['pool'] });
    await settled();
    lines[0].named.pool({ data: '{"a":1}', type: 'pool', lastEventId: '' });
    assert.deepEqual(heard, [{ a: 1 }]);
});

test('a refusal of the ticket ends it', async () => {
    const refuse = async () => {
        throw new ApiError('This account may not do that.', { status: 403 });
    };
    const { live, lines, timers, listener, states } = world({ ticket: refuse });
    live.events('api/x', listener);
    await settled();
    assert.deepEqual(states, ['connecting', 'refused: This account may not do that.']);
    assert.equal(lines.length + timers.pending.size, 0);
});

test('a server that cannot be reached does not', async () => {
    const later = async (count) => {
        if (count < 9) {
            throw new ApiError('gone', { code: 'unreachable' });
        }
        return 'once';
    };
    const { live, lines, timers, listener } = world({ ticket: later });
    live.events('api/x', listener);
    await settled();
    for (let tries = 0; tries < 8; tries++) {
        await timers.run();
    }
    assert.equal(lines.length, 1);
});

test('code 1008 ends it, and so do five lines in a row that never open', async () => {
    const lost = world();
    lost.live.socket('api/x', lost.listener);
    await settled();
    lost.lines[0].onopen();
    lost.lines[0].onclose({ code: 1008, reason: 'Not authorised any more' });
    assert.equal(lost.states.at(-1), 'refused: Not authorised any more');
    assert.equal(lost.timers.pending.size, 0);

    const missing = world();
    missing.live.events('api/x', missing.listener);
    await settled();
    for (let tries = 0; tries < 5; tries++) {
        missing.lines.at(-1).onerror();
        await missing.timers.run();
    }
    assert.equal(missing.states.at(-1), 'refused');
    assert.equal(missing.lines.length, 5);
});

test('logging out, closing and [DONE] end it, once', async () => {
    for (const end of [
        ({ session }) => session.update({ phase: 'signed-out' }),
        ({ channel }) => channel.close(),
        ({ lines }) => lines[0].say('[DONE]'),
    ]) {
        const it = world();
        const channel = it.live.events('api/x', it.listener);
        await settled();
        end({ ...it, channel });
        channel.close();
        it.page.show(false);
        it.page.show(true);
        await it.timers.run();
        assert.equal(it.states.filter((state) => state === 'closed').length, 1);
        assert.ok(it.lines.length === 1 && it.lines[0].closed);
    }
});

test('it rests while the page is hidden, and comes back at once', async () => {
    const { live, lines, page, timers, listener, states } = world();
    live.events('api/x', listener);
    await settled();
    lines[0].onopen();
    page.show(false);
    assert.ok(lines[0].closed);
    assert.equal(timers.pending.size, 0);
    page.show(true);
    await settled();
    assert.equal(lines.length, 2);
    assert.deepEqual(states, ['connecting', 'open', 'paused', 'connecting']);
});

test('a page that is hidden while the ticket is fetched opens nothing', async () => {
    const { live, lines, page, listener } = world();
    live.events('api/x', listener);
    page.show(false);
    await settled();
    assert.equal(lines.length, 0);
});

test('a socket that fell silent is opened anew', async () => {
    const { live, lines, timers, listener } = world();
    live.socket('api/x', listener);
    await settled();
    lines[0].onopen();
    await timers.run(75_000);
    assert.ok(lines[0].closed);
    await timers.run();
    assert.equal(lines.length, 2);
});

test('waits double up to half a minute and are spread', () => {
    const least = new Backoff(() => 0);
    const most = new Backoff(() => 1);
    assert.deepEqual(Array.from({ length: 7 }, () => least.next()), [500, 1000, 2000, 4000, 8000, 15000, 15000]);
    assert.deepEqual(Array.from({ length: 3 }, () => most.next()), [1000, 2000, 4000]);
});

test('a request that comes twice is listed once, the newest first', () => {
    const activity = new Activity();
    const { requests, request } = activity.handlers();
    requests([{ id: 2 }, { id: 1 }]);
    request({ id: 3 });
    request({ id: 2 });
    assert.deepEqual(activity.state.requests.map(({ id }) => id), [3, 2, 1]);
});
