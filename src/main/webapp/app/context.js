import { PendingUsers } from './admin/pending.js';
import { ChatSettingsStore } from './chat/settings.js';
import { Conversations } from './chat/conversations.js';
import { History } from './chat/history.js';
import { Tools } from './chat/tools.js';
import { Activity } from './dashboard/activity.js';
import { Residents } from './dashboard/residents.js';
import { ServerStatus } from './dashboard/status.js';
import { Api } from './lib/api.js';
import { Live } from './lib/live.js';
import { Poller } from './lib/poll.js';
import { Router } from './lib/router.js';
import { Session } from './lib/session.js';
import { Library } from './models/library.js';
import { Uploads } from './models/uploads.js';
import { Profiles } from './profiles/profiles.js';

/** The objects of the page, each made once here and joined: elements take them from here, plain modules never do. */

const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel('mm.session') : null;

export const session = new Session(sessionStorage, channel);
export const api = new Api(session);
export const poller = new Poller();
export const status = new ServerStatus();
export const activity = new Activity();
export const residents = new Residents(api);
export const live = new Live(api, session);
export const router = new Router();
export const library = new Library(api, poller, () => {});
export const uploads = new Uploads(api, () => library.refresh().catch(() => {}));
export const profiles = new Profiles(api, poller, live);
export const pending = new PendingUsers(api, poller);
export const chatSettings = new ChatSettingsStore(localStorage);
export const history = new History(api);
export const conversations = new Conversations(api, new Tools(api), { saved: () => history.refresh() });
/** What stands in the message box: it outlives the elements, so that a session that ends takes no words along. */
export const draft = { text: '', attachments: [] };

session.subscribe(({ phase, user }) => {
    if (phase === 'signed-in') {
        belongsTo(user.id);
        if (user.is_admin) {
            pending.watch();
        }
        poller.start();
        hearNews();
    } else {
        conversations.stopAll();
        library.forget();
        uploads.forget();
        history.forget();
        profiles.forget();
        pending.unwatch();
        poller.stop();
        news = null;
        status.forget();
        activity.forget();
        residents.forget();
    }
});
// What is sent from this page ends with it: the browser asks before it is closed.
addEventListener('beforeunload', (event) => uploads.busy && event.preventDefault());
status.subscribe(({ models }) => chatSettings.offer(models));

/** @type {import('./lib/live.js').Channel | null} */
let news = null;

/** One stream tells the whole page what the server does; it ends by itself with the session. */
function hearNews() {
    const handlers = { ...status.handlers(), ...activity.handlers() };
    news ??= live.events('api/system/events', {
        names: Object.keys(handlers),
        message: ({ event, data }) => handlers[event]?.(data),
        state: (state) => {
            status.connection(state);
            if (state === 'open') {
                history.recover();
            }
        },
    });
}

let owner = 0;

/** The conversations outlive a session that ended, but never go to another user. */
function belongsTo(userId) {
    if (owner !== userId) {
        conversations.forget();
        owner = userId;
    }
}

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

/** Ends the session on purpose, on the server too: nothing of it stays in this tab. */
export function leave() {
    conversations.leaving();
    // Whether or not the server can be reached, who leaves is out here.
    api.post('api/auth/logout', {}).catch(() => {});
    conversations.forget();
    chatSettings.update({ system: '' });
    draft.text = '';
    draft.attachments = [];
    if (router.state.path.startsWith('/chat/')) {
        router.go('/chat');
    }
    session.signOut();
}
