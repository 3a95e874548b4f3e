/**
 * Files that go along with a question: text by its ending, pictures for models that see.
 *
 * @typedef {import('./thread.js').Attachment} Attachment
 */

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const TEXT_ENDINGS = new Set(
    ('txt svg md markdown rst log csv tsv json jsonl yaml yml toml ini properties xml html css js mjs ts tsx jsx java kt kts py rb '
        + 'go rs c h cc cpp hpp cs swift php pl sh bash zsh ps1 bat sql r scala gradle lua dart vue svelte tex diff patch env '
        + 'gitignore dockerfile makefile cmake proto graphql ipynb srt').split(' '),
);
const LARGEST_TEXT = 500_000;
const LARGEST_IMAGE = 4_000_000;
const MOST_FILES = 10;

/** @param {boolean} pictures whether the model sees @returns {string} what a file chooser offers */
export function accepted(pictures) {
    return [...[...TEXT_ENDINGS].map((ending) => `.${ending}`), ...(pictures ? IMAGE_TYPES : [])].join(',');
}

/**
 * @param {File[]} files
 * @param {{present: number, model: string, sees: () => Promise<boolean>}} rules how many files are there already; whether
 *     the model sees
 * @returns {Promise<{taken: Attachment[], refused: string[]}>} refused: a sentence for each
 */
export async function attach(files, { present, model, sees }) {
    const taken = [];
    const refused = [];
    for (const file of files) {
        const reason = present + taken.length >= MOST_FILES ? `No more than ${MOST_FILES} files at a time.` : await whyNot(file, model, sees);
        if (reason !== '') {
            refused.push(reason);
            continue;
        }
        const image = IMAGE_TYPES.includes(file.type);
        const data = image ? await dataUrl(file) : await file.text();
        if (!image && data.includes('\0')) {
            refused.push(`${file.name} is no text.`);
            continue;
        }
        taken.push({ kind: /** @type {'image' | 'text'} */ (image ? 'image' : 'text'), name: file.name, media_type: file.type || 'text/plain', data });
    }
    return { taken, refused: [...new Set(refused)] };
}

async function whyNot(file, model, sees) {
    if (file.type.startsWith('image/') && !file.type.includes('svg')) {
        if (!IMAGE_TYPES.includes(file.type)) {
            return `${file.name}: pictures may be PNG, JPEG, WebP or GIF.`;
        }
        if (file.size > LARGEST_IMAGE) {
            return `${file.name} is larger than ${LARGEST_IMAGE / 1e6} MB.`;
        }
        return (await sees()) ? '' : `${model} cannot see pictures. Choose a model that does, or describe the picture in words.`;
    }
    if (!TEXT_ENDINGS.has(ending(file.name)) && !file.type.startsWith('text/')) {
        return `${file.name}: only text files and pictures can be attached.`;
    }
    return file.size > LARGEST_TEXT ? `${file.name} is larger than ${LARGEST_TEXT / 1e3} KB.` : '';
}

function ending(name) {
    return name.slice(name.lastIndexOf('.') + 1).toLowerCase();
}

async function dataUrl(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let binary = '';
    for (let at = 0; at < bytes.length; at += 0x8000) {
        binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    }
    return `data:${file.type};base64,${btoa(binary)}`;
}

/**
 * Whether a model can be shown pictures here: what its probe found out. That its configuration speaks of pictures is not
 * enough, because the engine may run its text part alone.
 *
 * @param {import('../lib/api.js').Api} api
 * @param {string} modelId
 * @returns {Promise<boolean>}
 */
export async function sees(api, modelId) {
    const path = modelId.split('/').map(encodeURIComponent).join('/');
    const probed = await api.get(`api/models/capabilities/${path}`).catch(() => null);
    return probed?.capabilities?.supports_vision === true;
}
