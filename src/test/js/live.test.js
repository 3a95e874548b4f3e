import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Activity } from '../app/dashboard/activity.js';
import { LiveStream } from '../app/lib/live.js';
import { ApiError } from '../app/lib/problem.js';

/** A browser tab, a clock and a server that opens what it is asked to, all turned by hand. */
function surroundings({ refuse = null } = {}) {
    const world = { channels: [], timers: [], tickets: 0, states: [], listeners: new Set(), refuse };
    const page = {
        hidden: false,
        addEventListener: (name, listener) => world.listeners.add(listener),
        removeEventListener: (name, listener) => world.listeners.delete(listener),
    };
    world.show = (visible) => {
        page.hidden = !visible;
        world.listeners.forEach((listener) => listener());
    };
    world.stream = new LiveStream(
        async (path) => {
            world.tickets++;
            if (world.refuse !== null) {
                throw world.refuse;
            }
            return `${path}?token=t${world.tickets}`;
        },
        {
            page,
            random: () => 1,
            changed: (state) => world.states.push(state),
            timers: {
                setTimeout: (run, pause) => world.timers.push({ run, pause }),
                clearTimeout: () => {},
            },
            open: (address) => {
                const channel = { address, closed: false, on: {}, close: () => (channel.closed = true) };
                channel.addEventListener = (name, listener) => (channel.on[name] = listener);
                channel.say = (name, data) => channel.on[name]({ data: JSON.stringify(data) });
                world.channels.push(channel);
                return channel;
            },
        },
    );
    return world;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a stream opens with a ticket of its own and passes on what it hears', async () => {
    const world = surroundings();
    const heard = [];
    world.stream.start('/events', { pool: (data) => heard.push(data) });
    await settled();
    world.channels[0].say('pool', { a: 1 });
    assert.equal(world.channels[0].address, '/events?token=t1');
    assert.deepEqual(heard, [{ a: 1 }]);
    assert.deepEqual(world.states, ['closed', 'connecting', 'open'].slice(1));
});

test('a broken stream is tried again with a new ticket, later each time, and sooner after it worked', async () => {
    const world = surroundings();
    world.stream.start('/events', { pool: () => {} });
    for (let round = 0; round < 3; round++) {
        await settled();
        world.channels.at(-1).on.error();
        world.timers.at(-1).run();
    }
    await settled();
    assert.deepEqual(world.timers.map(({ pause }) => pause), [1_000, 2_000, 4_000]);
    assert.deepEqual(new Set(world.channels.map(({ address }) => address)).size, 4);
    world.channels.at(-1).say('pool', {});
    world.channels.at(-1).on.error();
    assert.equal(world.timers.at(-1).pause, 1_000);
    assert.equal(world.channels.filter(({ closed }) => !closed).length, 0);
});

test('a refusal is final, a server that is away is not', async () => {
    const world = surroundings({ refuse: new ApiError('Please sign in.', { status: 401 }) });
    world.stream.start('/events', {});
    await settled();
    assert.deepEqual([world.stream.state, world.timers.length], ['closed', 0]);
    world.refuse = new ApiError('unreachable', { code: 'unreachable' });
    world.stream.start('/events', {});
    await settled();
    assert.deepEqual([world.stream.state, world.timers.length], ['waiting', 1]);
});

test('there is no stream while the tab is hidden, and one again at once when it is looked at', async () => {
    const world = surroundings();
    world.stream.start('/events', { pool: () => {} });
    await settled();
    world.show(false);
    assert.equal(world.channels[0].closed, true);
    assert.equal(world.timers.length, 0);
    world.show(true);
    await settled();
    assert.equal(world.channels.length, 2);
});

test('a stream that was stopped while its ticket was under way is never opened', async () => {
    const world = surroundings();
    world.stream.start('/events', {});
    world.stream.stop();
    await settled();
    assert.equal(world.channels.length, 0);
    world.show(true);
    await settled();
    assert.equal(world.channels.length, 0);
});

test('what an old connection still says counts no more', async () => {
    const world = surroundings();
    const heard = [];
    world.stream.start('/events', { pool: (data) => heard.push(data) });
    await settled();
    world.channels[0].on.error();
    world.channels[0].say('pool', 'late');
    world.channels[0].on.error();
    assert.deepEqual(heard, []);
    assert.equal(world.timers.length, 1);
});

test('a request that comes twice is listed once, the newest first', () => {
    const activity = new Activity();
    const { requests, request } = activity.handlers();
    request({ id: 8 });
    requests([{ id: 8 }, { id: 7 }]);
    request({ id: 9 });
    assert.deepEqual(activity.state.requests.map(({ id }) => id), [9, 8, 7]);
});
