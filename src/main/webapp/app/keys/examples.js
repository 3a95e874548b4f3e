/**
 * How programs use this server, ready to be copied: with its own address, a model that is here, and a key. Pure.
 *
 * @typedef {{title: string, language: string, text: string}} Example
 * @typedef {{name: string, examples: Example[]}} Client
 */

/** Named here, so that the examples below are not taken for imports of this page. */
const OPENAI = 'openai';
const ANTHROPIC = '@anthropic-ai/sdk';

const CITY = '{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}';

/**
 * @param {string} base address of the server, with a slash at its end
 * @param {string} key
 * @param {string} model
 * @returns {Client[]}
 */
export function clientsFor(base, key, model) {
    const root = base.replace(/\/$/, '');
    const openai = `${root}/v1`;
    return [
        { name: 'curl', examples: curl(root, openai, key, model) },
        { name: 'Python', examples: python(root, openai, key, model) },
        { name: 'JavaScript', examples: javascript(root, openai, key, model) },
        { name: 'Java', examples: java(root, openai, key, model) },
        { name: 'Claude Code', examples: claudeCode(root, key, model) },
    ];
}

function curl(root, openai, key, model) {
    return [
        {
            title: 'Chat completions', language: 'bash',
            text: `curl ${openai}/chat/completions \\
  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "stream": true,
       "messages": [{"role": "user", "content": "Hello!"}]}'`,
        },
        {
            title: 'Messages', language: 'bash',
            text: `curl ${root}/v1/messages \\
  -H "x-api-key: ${key}" -H "anthropic-version: 2023-06-01" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "max_tokens": 500,
       "messages": [{"role": "user", "content": "Hello!"}]}'`,
        },
        {
            title: 'An answer that fits a schema', language: 'bash',
            text: `curl ${openai}/chat/completions \\
  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "messages": [{"role": "user", "content": "Name a city in France."}],
       "response_format": {"type": "json_schema", "json_schema": {"name": "city", "schema": ${CITY}}}}'`,
        },
        {
            title: 'Responses', language: 'bash',
            text: `curl ${openai}/responses \\
  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
  -d '{"model": "${model}", "input": "Hello!"}'`,
        },
        {
            title: 'Embeddings, with a model that makes them', language: 'bash',
            text: `curl ${openai}/embeddings \\
  -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" \\
  -d '{"model": "EMBEDDINGS_MODEL", "input": ["The fox is red.", "Der Fuchs ist rot."]}'`,
        },
        { title: 'Models and profiles that are here', language: 'bash', text: `curl ${openai}/models -H "Authorization: Bearer ${key}"` },
    ];
}

function python(root, openai, key, model) {
    return [
        {
            title: 'openai', language: 'python',
            text: `from openai import OpenAI

client = OpenAI(base_url="${openai}", api_key="${key}")
answer = client.chat.completions.create(
    model="${model}", messages=[{"role": "user", "content": "Hello!"}])
print(answer.choices[0].message.content)`,
        },
        {
            title: 'openai, as it is written', language: 'python',
            text: `from openai import OpenAI

client = OpenAI(base_url="${openai}", api_key="${key}")
for chunk in client.chat.completions.create(
        model="${model}", messages=[{"role": "user", "content": "Hello!"}], stream=True):
    print(chunk.choices[0].delta.content or "", end="", flush=True)`,
        },
        {
            title: 'openai, an answer that fits a class', language: 'python',
            text: `from openai import OpenAI
from pydantic import BaseModel

class City(BaseModel):
    name: str

client = OpenAI(base_url="${openai}", api_key="${key}")
answer = client.chat.completions.parse(
    model="${model}", response_format=City,
    messages=[{"role": "user", "content": "Name a city in France."}])
print(answer.choices[0].message.parsed)`,
        },
        {
            title: 'anthropic', language: 'python',
            text: `from anthropic import Anthropic

client = Anthropic(base_url="${root}", api_key="${key}")
answer = client.messages.create(
    model="${model}", max_tokens=500, messages=[{"role": "user", "content": "Hello!"}])
print(answer.content[0].text)`,
        },
    ];
}

function javascript(root, openai, key, model) {
    return [
        {
            title: 'openai', language: 'javascript',
            text: `import OpenAI from '${OPENAI}';

const client = new OpenAI({ baseURL: '${openai}', apiKey: '${key}' });
const answer = await client.chat.completions.create({
    model: '${model}', messages: [{ role: 'user', content: 'Hello!' }] });
console.log(answer.choices[0].message.content);`,
        },
        {
            title: 'anthropic', language: 'javascript',
            text: `import Anthropic from '${ANTHROPIC}';

const client = new Anthropic({ baseURL: '${root}', apiKey: '${key}' });
const answer = await client.messages.create({
    model: '${model}', max_tokens: 500, messages: [{ role: 'user', content: 'Hello!' }] });
console.log(answer.content[0].text);`,
        },
    ];
}

function java(root, openai, key, model) {
    return [
        {
            title: 'openai-java', language: 'java',
            text: `OpenAIClient client = OpenAIOkHttpClient.builder()
        .baseUrl("${openai}").apiKey("${key}").build();
ChatCompletion answer = client.chat().completions().create(ChatCompletionCreateParams.builder()
        .model("${model}").addUserMessage("Hello!").build());
answer.choices().get(0).message().content().ifPresent(System.out::println);`,
        },
        {
            title: 'anthropic-java', language: 'java',
            text: `AnthropicClient client = AnthropicOkHttpClient.builder()
        .baseUrl("${root}").apiKey("${key}").build();
Message answer = client.messages().create(MessageCreateParams.builder()
        .model("${model}").maxTokens(500).addUserMessage("Hello!").build());
answer.content().get(0).text().ifPresent(block -> System.out.println(block.text()));`,
        },
        {
            title: 'LangChain4j', language: 'java',
            text: `ChatModel model = OpenAiChatModel.builder()
        .baseUrl("${openai}").apiKey("${key}").modelName("${model}").build();
System.out.println(model.chat("Hello!"));`,
        },
        {
            title: 'LangChain4j, embeddings', language: 'java',
            text: `EmbeddingModel model = OpenAiEmbeddingModel.builder()
        .baseUrl("${openai}").apiKey("${key}").modelName("EMBEDDINGS_MODEL").build();
System.out.println(model.embed("The fox is red.").content().dimension());`,
        },
    ];
}

function claudeCode(root, key, model) {
    return [
        {
            title: 'In a terminal', language: 'bash',
            text: `export ANTHROPIC_BASE_URL=${root}
export ANTHROPIC_API_KEY=${key}
claude --model ${model}`,
        },
        {
            title: 'For good, in ~/.claude/settings.json', language: 'json',
            text: JSON.stringify({ env: { ANTHROPIC_BASE_URL: root, ANTHROPIC_API_KEY: key, ANTHROPIC_MODEL: model } }, null, 2),
        },
    ];
}
