/** Numbers as they are shown: short, with a unit, never "NaN". All functions are pure. */

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];
const NONE = '–';

/** @param {number} bytes @returns {string} "2.1 MB", in steps of 1000 as disks and the pool count */
export function bytes(bytes) {
    if (!Number.isFinite(bytes) || bytes < 0) {
        return NONE;
    }
    let unit = 0;
    let value = bytes;
    while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
        value /= 1000;
        unit++;
    }
    const digits = unit === 0 || value >= 99.95 ? 0 : 1;
    return `${value.toFixed(digits).replace(/\.0$/, '')} ${BYTE_UNITS[unit]}`;
}

/** @param {number} milliseconds @returns {string} "85 ms", "1.2 s", "42 s", "3 min 5 s" */
export function duration(milliseconds) {
    if (!Number.isFinite(milliseconds) || milliseconds < 0) {
        return NONE;
    }
    if (milliseconds < 999.5) {
        return `${Math.round(milliseconds)} ms`;
    }
    const seconds = milliseconds / 1000;
    if (seconds < 9.95) {
        return `${seconds.toFixed(1)} s`;
    }
    const whole = Math.round(seconds);
    return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** @param {number} milliseconds @returns {string} whole seconds for a sentence: "less than a second", "3 s" */
export function thinkingTime(milliseconds) {
    return milliseconds < 950 ? 'less than a second' : duration(Math.round(milliseconds / 1000) * 1000).replace('.0', '');
}

/** @param {number} perSecond @returns {string} "7.3 tokens/s", "1,240 tokens/s" */
export function rate(perSecond) {
    if (!Number.isFinite(perSecond) || perSecond <= 0) {
        return `${NONE} tokens/s`;
    }
    const shown = perSecond < 9.95 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString('en-US');
    return `${shown} tokens/s`;
}

/** @param {number} count @param {string} noun @returns {string} "1 token", "2,048 tokens" */
export function count(count, noun) {
    return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param {string} modelId @returns {string} the part after the last slash, which is what tells models apart */
export function modelName(modelId) {
    return modelId.slice(modelId.lastIndexOf('/') + 1);
}

const PROFILE = 'profile:';

/** @param {string} id what a request names: a model or a profile @returns {string} the short name of either */
export function askedName(id) {
    return id.startsWith(PROFILE) ? id.slice(PROFILE.length) : modelName(id);
}

/** @param {string} timestamp @param {Date} [now] @returns {string} "Today", "Yesterday", "Last 7 days", "October 2026" */
export function day(timestamp, now = new Date()) {
    const when = new Date(timestamp);
    const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
    const days = Math.ceil((midnight.getTime() - when.getTime()) / 86_400_000);
    if (days <= 0) {
        return 'Today';
    }
    if (days === 1) {
        return 'Yesterday';
    }
    return days <= 7 ? 'Last 7 days' : when.toLocaleDateString('en-US', { month: 'long', year: 'numeric' });
}
