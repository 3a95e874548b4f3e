import { svg, html } from 'lit';

/** Drawn for this page on a 20 px grid, 1.5 px lines in the colour of the text; always beside or inside a label. */
const SHAPES = {
    send: svg`<path d="M10 16V4.5M4.75 9.5 10 4.25l5.25 5.25"/>`,
    stop: svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor" stroke="none"/>`,
    copy: svg`<rect x="7" y="7" width="9" height="9" rx="2"/><path d="M13 4.5A1.5 1.5 0 0 0 11.5 4H6a2 2 0 0 0-2 2v5.5c0 .6.4 1.2 1 1.4"/>`,
    check: svg`<path d="m4.5 10.5 3.5 3.5 7.5-8"/>`,
    retry: svg`<path d="M15.5 8A6 6 0 1 0 16 11M16 4.5V8.25h-3.75"/>`,
    plus: svg`<path d="M10 4.5v11M4.5 10h11"/>`,
    sliders: svg`<path d="M4 6.5h6.5M14.5 6.5H16M4 13.5h1.5M9.5 13.5H16"/><circle cx="12.5" cy="6.5" r="2"/><circle cx="7.5" cy="13.5" r="2"/>`,
    menu: svg`<path d="M3.500 5.75h13M3.500 10h13M3.500 14.250h13"/>`,
    search: svg`<circle cx="9" cy="9" r="5"/><path d="m13 13 3.500 3.500"/>`,
    play: svg`<path d="M6.500 4.500v11l9-5.500-9-5.500Z"/>`,
    trash: svg`<path d="M4.500 6h11M8 6V4.250h4V6M6 6l.6 9.750h6.800L14 6"/>`,
    download: svg`<path d="M10 3.500v9M6.250 9 10 12.750 13.750 9M4 16.250h12"/>`,
    close: svg`<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>`,
    chevron: svg`<path d="m7.5 5 5 5-5 5"/>`,
    down: svg`<path d="M10 4.5v11M5 10.5l5 5 5-5"/>`,
    sun: svg`<circle cx="10" cy="10" r="3.25"/><path d="M10 2.5v1.75M10 15.75v1.75M2.5 10h1.75M15.75 10h1.75M4.7 4.7l1.25 1.25M14.05 14.05l1.25 1.25M15.3 4.7l-1.25 1.25M5.95 14.05 4.7 15.3"/>`,
    moon: svg`<path d="M16 11.6A6.5 6.5 0 0 1 8.4 4 6.5 6.5 0 1 0 16 11.6Z"/>`,
    auto: svg`<circle cx="10" cy="10" r="6.25"/><path d="M10 3.75a6.25 6.25 0 0 1 0 12.5Z" fill="currentColor"/>`,
    user: svg`<circle cx="10" cy="7" r="3"/><path d="M4 16.5c.7-3 3-4.5 6-4.5s5.3 1.5 6 4.5"/>`,
    warning: svg`<path d="M10 3.5 17 16H3L10 3.5ZM10 8.250v3.500M10 13.9v.1"/>`,
    pin: svg`<path d="M7.5 3.5h5M8.25 3.5l-.5 5L5 11v1.5h10V11l-2.75-2.5-.5-5M10 12.5V17"/>`,
    sidebar: svg`<rect x="3.5" y="4.5" width="13" height="11" rx="2"/><path d="M8 4.5v11"/>`,
    more: svg`<circle cx="4.750" cy="10" r="1" fill="currentColor"/><circle cx="10" cy="10" r="1" fill="currentColor"/><circle cx="15.250" cy="10" r="1" fill="currentColor"/>`,
    edit: svg`<path d="M12.5 4.75 15.250 7.5 7.5 15.250l-3.250.5.5-3.250ZM11 6.250 13.750 9"/>`,
    branch: svg`<circle cx="6" cy="4.750" r="1.75"/><circle cx="6" cy="15.250" r="1.75"/><circle cx="14" cy="7.750" r="1.75"/><path d="M6 6.5v7M14 9.500c0 2.5-8 1.5-8 4"/>`,
    back: svg`<path d="m12.5 5-5 5 5 5"/>`,
    attach: svg`<path d="m15.5 9.500-5.5 5.500a3.250 3.250 0 0 1-4.600-4.600l5.750-5.750a2.200 2.200 0 0 1 3.100 3.100L8.600 13.400a1.100 1.100 0 0 1-1.550-1.550L12 7"/>`,
    file: svg`<path d="M11.500 3.500h-5A1.500 1.500 0 0 0 5 5v10a1.500 1.500 0 0 0 1.500 1.500h7A1.500 1.500 0 0 0 15 15V7ZM11.500 3.500V7H15"/>`,
    skip: svg`<path d="M5.500 10h9"/>`,
    tool: svg`<path d="M12.5 3.800a4 4 0 0 0-4.1 5.600L3.8 14a1.6 1.6 0 0 0 2.25 2.250l4.6-4.600a4 4 0 0 0 5.5-4.150l-2.4 2.3-2.2-.4-.45-2.25 2.3-2.350a4 4 0 0 0-.9-.1Z"/>`,
};

/** @param {keyof typeof SHAPES} name */
export function icon(name) {
    return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">${SHAPES[name]}</svg>`;
}

/** The same levels, wide and still, behind the words of the sign-in page. */
export function levels() {
    const heights = [22, 38, 30, 56, 44, 70, 52, 88, 64, 78, 96, 72, 84, 60, 74, 48, 66, 40, 54, 34, 46, 26, 36, 18];
    return html`<svg class="levels" viewBox="0 0 480 100" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${heights.map((height, at) => svg`<rect x=${at * 20 + 5} y=${100 - height} width="10" height=${height} />`)}
    </svg>`;
}

/** The mark of the product: levels of a running model inside a chip. */
export function mark() {
    return html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
        <rect x="2" y="2" width="28" height="28" rx="8" fill="currentColor" />
        <path class="mark-lines" d="M9 20.500v-7M13.67 23v-12M18.33 19v-9M23 21.500v-7.5" />
    </svg>`;
}
