import { ChatSettingsStore } from './chat/settings.js';
import { Conversation } from './chat/conversation.js';
import { ServerStatus } from './dashboard/status.js';
import { Api } from './lib/api.js';
import { Poller } from './lib/poll.js';
import { Router } from './lib/router.js';
import { Session } from './lib/session.js';
import { Library } from './models/library.js';

/** The objects of the page, each made once here and joined: elements take them from here, plain modules never do. */

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('mm.session') : null;

export const session = new Session(sessionStorage, channel);
export const api = new Api(session);
export const poller = new Poller();
export const status = new ServerStatus(api, poller);
export const router = new Router();
export const library = new Library(api, poller, () => poller.refresh('models'));
export const chatSettings = new ChatSettingsStore(localStorage);
export const conversation = new Conversation(api, { storage: sessionStorage });
/** What stands in the message box: it outlives the elements, so that a session that ends takes no words along. */
export const draft = { text: '' };

session.subscribe(({ phase, user }) => {
    if (phase === 'signed-in') {
        conversation.openFor(user.id);
        poller.start();
    } else {
        conversation.stop();
        library.forget();
        poller.stop();
    }
});
status.subscribe(({ models }) => chatSettings.offer(models));

/** Tries the session that this tab or another one has. */
export async function resume() {
    if (await session.restore()) {
        await enter(session.token).catch((failure) => session.end(failure.status === 401 ? '' : failure.message));
    }
}

/**
 * @param {string} token from the server just now, or kept from before
 * @returns {Promise<void>}
 * @throws {import('./lib/problem.js').ApiError} when the server does not take it
 */
export async function enter(token) {
    session.hold(token);
    session.signedIn(await api.get('api/auth/me'));
}

/** Ends the session on purpose: nothing of it stays in this tab. */
export function leave() {
    conversation.close();
    chatSettings.update({ system: '' });
    draft.text = '';
    session.signOut();
}
