/**
 * The files of a model that somebody chose or dropped. Pure but for reading folders.
 *
 * @typedef {{name: string, file: File}} NamedFile name: relative to the model's folder
 */

/** What tools leave beside a model, and what no engine reads. */
const NOT_WANTED = /(^|\/)(\.[^/]*|__MACOSX|Thumbs\.db|.*\.(bin|pth|pt|h5|msgpack|onnx|gguf))(\/|$)/i;

const WEIGHTS = /^model.*\.safetensors$/;

/**
 * @param {NamedFile[]} found with names that may begin with the folder's own
 * @returns {{files: NamedFile[], name: string, fault: string}} the small ones first, for they tell whether the rest is worth
 *     sending; name: what the model may be called; fault: why this is no model, empty when it may be one
 */
export function modelFiles(found) {
    const archive = found.length === 1 && /\.zip$/i.test(found[0].name);
    if (archive) {
        const name = found[0].name.split('/').at(-1);
        return { files: [{ name, file: found[0].file }], name: plain(name.replace(/\.zip$/i, '')), fault: '' };
    }
    const [folder] = found[0]?.name.split('/') ?? [''];
    const inOne = found.every(({ name }) => name.startsWith(`${folder}/`));
    const files = found
        .map(({ name, file }) => ({ name: inOne ? name.slice(folder.length + 1) : name, file }))
        .filter(({ name }) => !NOT_WANTED.test(name))
        .sort((one, other) => one.file.size - other.file.size);
    return { files, name: inOne ? plain(folder) : '', fault: fault(files) };
}

function fault(files) {
    const has = (wanted) => files.some(({ name }) => wanted.test(name));
    if (!has(/^config\.json$/)) {
        return 'There is no config.json among these files. Choose the folder of one model, or a zip of it.';
    }
    if (!has(/^tokenizer\.json$/)) {
        return 'There is no tokenizer.json among these files.';
    }
    return has(WEIGHTS) ? '' : 'There are no weights among these files: model.safetensors, or its parts.';
}

function plain(name) {
    return name.replace(/[^A-Za-z0-9._]+/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 90);
}

/** @param {Iterable<File>} list of a file field @returns {NamedFile[]} */
export function chosenFiles(list) {
    return [...list].map((file) => ({ name: file.webkitRelativePath || file.name, file }));
}

/** @param {DataTransfer} transfer of a drop, to be asked at once @returns {Promise<NamedFile[]>} folders with all that is in them */
export async function droppedFiles(transfer) {
    // Once this function has waited for anything, the transfer tells nothing any more.
    const dropped = [...transfer.items].filter(({ kind }) => kind === 'file').map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
    return (await Promise.all(dropped.map((each) => (each instanceof File ? chosenFiles([each]) : inside(each, ''))))).flat();
}

/** @param {any} entry of a file system @param {string} path before it @returns {Promise<NamedFile[]>} */
async function inside(entry, path) {
    const name = `${path}${entry.name}`;
    if (entry.isFile) {
        return [{ name, file: await new Promise((resolve, reject) => entry.file(resolve, reject)) }];
    }
    const reader = entry.createReader();
    const found = [];
    for (;;) {
        // A reader gives a hundred at most, and nothing once it gave all.
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) {
            return (await Promise.all(found.map((each) => inside(each, `${name}/`)))).flat();
        }
        found.push(...some);
    }
}
