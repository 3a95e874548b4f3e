const KEY = 'mm.theme';

/** @typedef {'auto' | 'light' | 'dark'} Theme */

/** @returns {Theme} auto follows the system */
export function currentTheme() {
    return /** @type {Theme} */ (document.documentElement.dataset.theme ?? 'auto');
}

/** @param {Theme} theme */
export function chooseTheme(theme) {
    const root = document.documentElement;
    if (theme === 'auto') {
        delete root.dataset.theme;
    } else {
        root.dataset.theme = theme;
    }
    try {
        localStorage.setItem(KEY, theme);
    } catch {
        // Where nothing may be stored the choice lasts until the reload.
    }
}
