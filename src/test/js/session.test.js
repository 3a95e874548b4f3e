import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENDED_NOTICE, Session } from '../app/lib/session.js';

const ADA = { id: 1, email: 'ada@example.org', is_admin: true, status: 'approved' };

class MapStorage {
    map = new Map();
    getItem = (key) => this.map.get(key) ?? null;
    setItem = (key, value) => this.map.set(key, value);
    removeItem = (key) => this.map.delete(key);
}

/** Joins any number of tabs, as a BroadcastChannel does. */
class Bus {
    ends = [];

    join() {
        const end = { onmessage: null, postMessage: (data) => this.#send(end, data) };
        this.ends.push(end);
        return end;
    }

    #send(from, data) {
        for (const end of this.ends.filter((each) => each !== from)) {
            queueMicrotask(() => end.onmessage?.({ data: structuredClone(data) }));
        }
    }
}

function signedIn(storage = new MapStorage(), channel = null) {
    const session = new Session(storage, channel);
    session.hold('token-1');
    session.signedIn(ADA);
    return session;
}

test('without a token the session is signed out', async () => {
    const session = new Session(new MapStorage(), null);
    assert.equal(session.state.phase, 'starting');
    assert.equal(await session.restore(), false);
    assert.equal(session.state.phase, 'signed-out');
});

test('a reload of the tab finds the token again', async () => {
    const storage = new MapStorage();
    signedIn(storage);
    const reloaded = new Session(storage, null);
    assert.equal(await reloaded.restore(), true);
    assert.equal(reloaded.token, 'token-1');
    assert.equal(reloaded.state.phase, 'starting');
});

test('a token that was never proven is not stored', () => {
    const storage = new MapStorage();
    new Session(storage, null).hold('token-1');
    assert.equal(storage.map.size, 0);
});

test('a new tab gets the token from an open one', async () => {
    const bus = new Bus();
    signedIn(new MapStorage(), bus.join());
    const second = new Session(new MapStorage(), bus.join());
    assert.equal(await second.restore(), true);
    assert.equal(second.token, 'token-1');
});

test('a tab that nobody answers asks to sign in', async () => {
    const session = new Session(new MapStorage(), new Bus().join());
    assert.equal(await session.restore(), false);
    assert.equal(session.state.phase, 'signed-out');
});

test('signing out ends the session in every tab and leaves nothing behind', async () => {
    const bus = new Bus();
    const storage = new MapStorage();
    const first = signedIn(storage, bus.join());
    const second = signedIn(new MapStorage(), bus.join());
    first.signOut();
    await new Promise(setImmediate);
    assert.deepEqual([first.token, second.token, storage.map.size], ['', '', 0]);
    assert.equal(second.state.notice, 'You signed out in another tab.');
});

test('a refused token ends the session with a notice', () => {
    const session = signedIn();
    session.refused('token-1');
    assert.deepEqual(session.state, { phase: 'signed-out', user: null, notice: ENDED_NOTICE });
});

test('a late refusal of an older token changes nothing', () => {
    const session = signedIn();
    session.refused('token-0');
    session.refused('');
    assert.equal(session.state.phase, 'signed-in');
});

test('a kept token that is refused at the start needs no notice', async () => {
    const storage = new MapStorage();
    signedIn(storage);
    const session = new Session(storage, null);
    await session.restore();
    session.refused('token-1');
    assert.deepEqual([session.state.phase, session.state.notice], ['signed-out', '']);
});
