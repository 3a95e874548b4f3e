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

/** Tokens per second of the prompt and behind it. */
async function round(prompt, tokens) {
    const began = performance.now();
    let first = 0;
    let seen = 0;
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
        if (seen === 0) first = performance.now();
        if (++seen > tokens) break;
    }
    const end = performance.now();
    await sequence.clearHistory();
    return { prefill: (prompt.length * 1000) / (first - began), decode: (tokens * 1000) / (end - first) };
}

const prompt = Array.from({ length: Number(length) }, (_, i) => (i * 7919 + 13) % 151_000);
await round(prompt.slice(0, 16), 8);
const before = process.cpuUsage();
const result = await round(prompt, Number(count));
const used = process.cpuUsage(before);
console.log(
    JSON.stringify({
        engine: "llama.cpp",
        threads: Number(threads),
        context: Number(length),
        flash: flash === "flash",
        ...result,
        cpuSeconds: (used.user + used.system) / 1e6,
    }),
);
process.exit(0);
