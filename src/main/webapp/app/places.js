import { html } from 'lit';

/**
 * The places of the console: address, name, who may go there, and the module that draws it, which is fetched on the
 * first visit. A place answers for the addresses below it too; the first one answers for whatever no other does.
 *
 * @typedef {import('./lib/session.js').User} User
 * @typedef {{path: string, label: string, part: 'main' | 'admin' | 'account', may: (user: User | null) => boolean,
 *            load: () => Promise<unknown>, view: () => unknown}} Place
 */

const everybody = () => true;
const administrators = (/** @type {User | null} */ user) => user?.is_admin === true;
const readersOfTheLog = (/** @type {User | null} */ user) => user?.is_admin === true || (user?.roles ?? []).includes('auditor');

/** @type {Place[]} */
export const PLACES = [
    {
        path: '/', label: 'Dashboard', part: 'main', may: everybody,
        load: () => import('./dashboard/mm-dashboard.js'), view: () => html`<mm-dashboard></mm-dashboard>`,
    },
    {
        path: '/chat', label: 'Chat', part: 'main', may: everybody,
        load: () => import('./chat/mm-chat.js'), view: () => html`<mm-chat></mm-chat>`,
    },
    {
        path: '/models', label: 'Models', part: 'main', may: everybody,
        load: () => import('./models/mm-models.js'), view: () => html`<mm-models class="place"></mm-models>`,
    },
    {
        path: '/profiles', label: 'Profiles', part: 'main', may: everybody,
        load: () => import('./profiles/mm-profiles.js'), view: () => html`<mm-profiles class="place"></mm-profiles>`,
    },
    {
        path: '/keys', label: 'API', part: 'main', may: everybody,
        load: () => import('./keys/mm-keys.js'), view: () => html`<mm-keys class="place"></mm-keys>`,
    },
    {
        path: '/account', label: 'My account', part: 'account', may: everybody,
        load: () => import('./account/mm-account.js'), view: () => html`<mm-account class="place"></mm-account>`,
    },
    {
        path: '/admin/users', label: 'Users', part: 'admin', may: administrators,
        load: () => import('./admin/mm-users.js'), view: () => html`<mm-users class="place"></mm-users>`,
    },
    {
        path: '/admin/audit', label: 'Audit log', part: 'admin', may: readersOfTheLog,
        load: () => import('./admin/mm-audit.js'), view: () => html`<mm-audit class="place"></mm-audit>`,
    },
    {
        path: '/admin/settings', label: 'Settings', part: 'admin', may: administrators,
        load: () => import('./admin/mm-settings.js'), view: () => html`<mm-settings class="place"></mm-settings>`,
    },
    {
        path: '/admin/system', label: 'System', part: 'admin', may: administrators,
        load: () => import('./admin/mm-system.js'), view: () => html`<mm-system class="place"></mm-system>`,
    },
    {
        path: '/admin/downloads', label: 'Downloads', part: 'admin', may: administrators,
        load: () => import('./admin/mm-all-downloads.js'), view: () => html`<mm-all-downloads class="place"></mm-all-downloads>`,
    },
];

/**
 * @param {string} path
 * @param {User} user
 * @returns {Place} the one with the longest matching address where this user may go
 */
export function placeAt(path, user) {
    const open = PLACES.filter(({ may }) => may(user));
    const matching = open.filter((place) => path === place.path || path.startsWith(`${place.path}/`));
    const longest = matching.sort((a, b) => b.path.length - a.path.length)[0];
    return longest ?? (path.startsWith('/admin') ? open.find(({ part }) => part === 'admin') : undefined) ?? open[0];
}
