import { html, svg } from 'lit';
import { MmElement } from '../ui/element.js';

const WIDTH = 240;
const HEIGHT = 56;
const SECONDS = 120;
/** For the number of the largest value. */
const HEADROOM = 18;

/** One number over the last two minutes, newest at the right; grows with its largest value, never below `least`. */
class LiveChart extends MmElement {
    static properties = {
        samples: { attribute: false },
        value: { attribute: false },
        least: { attribute: false },
        label: {},
    };

    constructor() {
        super();
        /** @type {{at: number}[]} */
        this.samples = [];
        /** @type {(sample: any) => number} */
        this.value = () => 0;
        this.least = 1;
        this.label = '';
    }

    render() {
        const points = this.#points();
        const most = Math.max(this.least, ...points.map(({ value }) => value));
        const line = points.map(({ x, value }) => `${x.toFixed(1)},${(HEIGHT - 1 - (value / most) * (HEIGHT - HEADROOM)).toFixed(1)}`);
        const now = points.at(-1)?.value ?? 0;
        const words = `${this.label}, last two minutes: now ${round(now)}, at most ${round(Math.max(0, ...points.map(({ value }) => value)))}`;
        return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${words}>
                <line class="base" x1="0" y1=${HEIGHT - 1} x2=${WIDTH} y2=${HEIGHT - 1} />
                ${line.length < 2
                    ? svg``
                    : svg`<polygon points="${points[0].x.toFixed(1)},${HEIGHT} ${line.join(' ')} ${WIDTH},${HEIGHT}" /><polyline points=${line.join(' ')} />`}
            </svg>
            <span class="most" aria-hidden="true">${round(most)}</span>`;
    }

    #points() {
        const end = this.samples.at(-1)?.at ?? 0;
        return this.samples
            .map((sample) => ({ x: WIDTH - ((end - sample.at) / 1000 / SECONDS) * WIDTH, value: this.value(sample) }))
            .filter(({ x }) => x >= 0);
    }
}

function round(value) {
    return (value < 10 ? Number(value.toFixed(1)) : Math.round(value)).toLocaleString('en-US');
}

customElements.define('mm-live-chart', LiveChart);
