
/** The modules that are there or on their way to be, by their number in the program. */
const modules = new Map();

/** What every module shares with the main one: its memory, its table and its stack. */
const imports = () => ({ __wasm_split: initSync() });

/** Brings a module to life, unless another group has. One that failed is tried again. */
function start(number, bytes) {
    if (!modules.has(number)) {
        const started = WebAssembly.instantiate(bytes, imports());
        started.catch(() => modules.delete(number));
        modules.set(number, started);
    }
    return modules.get(number);
}

/** Fetches the file of a group and starts the modules in it. */
async function load(url) {
    const answer = await fetch(url);
    if (!answer.ok) {
        throw new Error(`${url}: ${answer.status}`);
    }
    const file = await answer.arrayBuffer();
    const head = new DataView(file);
    const word = (index) => head.getUint32(4 * index, true);
    const count = word(0);
    let from = 4 * (1 + 2 * count);
    const started = [];
    for (let index = 0; index < count; index += 1) {
        const length = word(2 + 2 * index);
        started.push(start(word(1 + 2 * index), new Uint8Array(file, from, length)));
        from += length;
    }
    await Promise.all(started);
}

/** What the program calls to have a group; it answers by a function of the program's table. */
function loader(file) {
    return async (callback, data) => {
        let isThere = true;
        try {
            await load(new URL(file, import.meta.url));
        } catch (error) {
            console.error(error);
            isThere = false;
        }
        imports().__wasm_split.__indirect_function_table.get(callback)(data, isThere);
    };
}

