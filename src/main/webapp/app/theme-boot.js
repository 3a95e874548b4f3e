// Runs before the first paint, so that a chosen theme never flashes in the other one. Not a module for that reason.
(() => {
    try {
        const theme = localStorage.getItem('mm.theme');
        if (theme === 'light' || theme === 'dark') {
            document.documentElement.dataset.theme = theme;
        }
    } catch {
        // Storage may be forbidden; then the system's theme it is.
    }
})();
