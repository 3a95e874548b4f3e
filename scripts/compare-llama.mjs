// Measures llama.cpp as EngineBench measures us, for docs/BENCHMARKS.md: one round per call, so that the two can take turns.
// Run it in a folder where the package node-llama-cpp is installed:
//   node compare-llama.mjs <file of RandomGguf> <threads> <prompt length> <tokens to decode> [flash]
// Prints one line of JSON. Greedy, one sequence; the time per token includes the package's way from C++ to JavaScript.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(`${process.cwd()}/`);
const { getLlama } = await import(pathToFileURL(require.resolve("node-llama-cpp")));
const [file, threads, length, count, flash] = process.argv.slice(2);

const llama = await getLlama({ gpu: false, build: "never", maxThreads: Number(threads), logLevel: "error" });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({
    contextSize: Number(length) + Number(count) + 64,
    batchSize: 512,
    threads: Number(threads),
    flashAttention: flash === "flash",
});
const sequence = context.getSequence();

/** Seconds of processor time so far. */
function processorTime() {
    const used = process.cpuUsage();
    return (used.user + used.system) / 1e6;
}

/** Tokens per second, by the clock and of processor time, of the prompt and behind it. */
async function round(prompt, tokens) {
    const began = [performance.now() / 1000, processorTime()];
    let first = began;
    let seen = 0;
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        if (seen === 0) first = [performance.now() / 1000, processorTime()];
        if (++seen > tokens) break;
    }
    const end = [performance.now() / 1000, processorTime()];
    await sequence.clearHistory();
    return {
        prefill: prompt.length / (first[0] - began[0]),
        decode: tokens / (end[0] - first[0]),
        prefillPerProcessorSecond: prompt.length / (first[1] - began[1]),
        decodePerProcessorSecond: tokens / (end[1] - first[1]),
    };
}

const prompt = Array.from({ length: Number(length) }, (_, i) => (i * 7919 + 13) % 151_000);
await round(prompt.slice(0, 16), 8);
const result = await round(prompt, Number(count));
console.log(
    JSON.stringify({
        engine: "llama.cpp",
        threads: Number(threads),
        context: Number(length),
        flash: flash === "flash",
        ...result,
    }),
);
process.exit(0);
