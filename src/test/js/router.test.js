import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Router } from '../app/lib/router.js';

/** A window with an address and a history, as far as the router looks. */
class Window extends EventTarget {
    constructor(address) {
        super();
        this.pushed = [];
        this.replaced = [];
        this.history = {
            pushState: (state, title, path) => this.#move(path, this.pushed.push(path)),
            replaceState: (state, title, path) => this.#move(path, this.replaced.push(path)),
        };
        this.#move(address);
    }

    #move(address) {
        const { pathname, search } = new URL(address, 'http://host/');
        this.location = { pathname, search };
    }
}

test('the address of the page is split into path and query', () => {
    const router = new Router(/** @type {any} */ (new Window('/profiles/new?model=a%2Fb')));
    assert.deepEqual(router.state, { path: '/profiles/new', query: 'model=a%2Fb' });
});

test('going somewhere changes the address once and tells it', () => {
    const window = new Window('/');
    const router = new Router(/** @type {any} */ (window));
    const told = [];
    router.subscribe((state) => told.push(state));
    router.go('/profiles/new?model=x');
    router.go('/profiles/new?model=x');
    router.go('/profiles/new');
    assert.deepEqual(window.pushed, ['/profiles/new?model=x', '/profiles/new']);
    assert.deepEqual(told, [
        { path: '/profiles/new', query: 'model=x' },
        { path: '/profiles/new', query: '' },
    ]);
});

test('a place that gets another address leaves no step behind', () => {
    const window = new Window('/chat');
    const router = new Router(/** @type {any} */ (window));
    router.rename('/chat/7');
    assert.deepEqual(router.state, { path: '/chat/7', query: '' });
    assert.deepEqual([window.pushed, window.replaced], [[], ['/chat/7']]);
});

test('a click on a link is taken over unless it asks for another tab', () => {
    const window = new Window('/');
    const router = new Router(/** @type {any} */ (window));
    const click = (more) => {
        let prevented = false;
        router.follow(/** @type {any} */ ({
            button: 0,
            currentTarget: { href: 'http://host/models?x=1' },
            preventDefault: () => (prevented = true),
            ...more,
        }));
        return prevented;
    };
    assert.equal(click({ ctrlKey: true }), false);
    assert.equal(click({ button: 1 }), false);
    assert.equal(window.pushed.length, 0);
    assert.equal(click({}), true);
    assert.deepEqual(window.pushed, ['/models?x=1']);
});
