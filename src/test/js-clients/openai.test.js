// OpenAI's own client; BASE_URL, TOKEN and MODEL come from JavaScriptClientsIT.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';

const model = process.env.MODEL;
const client = new OpenAI({ baseURL: `${process.env.BASE_URL}/v1`, apiKey: process.env.TOKEN, maxRetries: 0 });
const plain = { chat_template_kwargs: { enable_thinking: false }, temperature: 0 };
const calculator = {
  name: 'calculator',
  description: 'Evaluates an arithmetic expression.',
  parameters: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
};

test('chats, whole and streamed alike', async () => {
  const ask = { model, ...plain, messages: [{ role: 'user', content: 'Count to 12.' }] };
  const whole = await client.chat.completions.create(ask);
  assert.match(whole.choices[0].message.content, /11, 12/);

  const stream = await client.chat.completions.create({ ...ask, stream: true, stream_options: { include_usage: true } });
  let text = '';
  let usage;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? '';
    usage = chunk.usage ?? usage;
  }
  assert.equal(text, whole.choices[0].message.content);
  assert.equal(usage.completion_tokens, whole.usage.completion_tokens);
});

test('calls a tool and uses its result', async () => {
  const messages = [{ role: 'user', content: 'What is 12 * 7?' }];
  const tools = [{ type: 'function', function: calculator }];
  const called = await client.chat.completions.create({ model, ...plain, messages, tools });
  assert.equal(called.choices[0].finish_reason, 'tool_calls');
  const call = called.choices[0].message.tool_calls[0];
  assert.equal(call.function.name, 'calculator');
  messages.push(called.choices[0].message, { role: 'tool', tool_call_id: call.id, content: '84' });
  const answered = await client.chat.completions.create({ model, ...plain, messages, tools });
  assert.match(answered.choices[0].message.content, /84/);
});

test('gives likelihoods and several answers', async () => {
  const answer = await client.chat.completions.create({
    model, ...plain, n: 2, logprobs: true, top_logprobs: 2, max_tokens: 5,
    messages: [{ role: 'user', content: 'Count to 12.' }],
  });
  assert.equal(answer.choices.length, 2);
  assert.equal(answer.choices[1].logprobs.content.map((token) => token.token).join(''), answer.choices[1].message.content);
});

test('continues plain texts', async () => {
  const whole = await client.completions.create({ model, prompt: 'Count to 12: 1, 2, 3,', temperature: 0, max_tokens: 8 });
  let text = '';
  for await (const chunk of await client.completions.create({
    model, prompt: 'Count to 12: 1, 2, 3,', temperature: 0, max_tokens: 8, stream: true,
  })) {
    text += chunk.choices[0].text;
  }
  assert.equal(text, whole.choices[0].text);
});

test('gets an answer in the form it asks for', async () => {
  const schema = {
    type: 'object', additionalProperties: false, required: ['colour', 'on'],
    properties: { colour: { enum: ['red', 'green', 'blue'] }, on: { type: 'boolean' } },
  };
  const answer = await client.chat.completions.parse({
    model, messages: [{ role: 'user', content: 'Which light is on?' }],
    response_format: { type: 'json_schema', json_schema: { name: 'light', strict: true, schema } },
  });
  const light = JSON.parse(answer.choices[0].message.content);
  assert.ok(['red', 'green', 'blue'].includes(light.colour));
  assert.equal(typeof light.on, 'boolean');
});

test('remembers responses', async () => {
  const first = await client.responses.create({ model, input: 'What is 12 * 7?', ...plain, tools: [{ type: 'function', ...calculator, strict: false }] });
  const call = first.output.find((item) => item.type === 'function_call');
  const second = await client.responses.create({
    model, ...plain, previous_response_id: first.id, tools: [{ type: 'function', ...calculator, strict: false }],
    input: [{ type: 'function_call_output', call_id: call.call_id, output: '84' }],
  });
  assert.match(second.output_text, /84/);
  assert.equal((await client.responses.retrieve(second.id)).output_text, second.output_text);
  await client.responses.delete(second.id);
  await assert.rejects(client.responses.retrieve(second.id), OpenAI.NotFoundError);
});

test('streams responses', async () => {
  const stream = client.responses.stream({ model, input: 'Count to 12.', ...plain });
  const seen = [];
  for await (const event of stream) {
    seen.push(event.type);
  }
  const final = await stream.finalResponse();
  assert.match(final.output_text, /11, 12/);
  assert.equal(seen[0], 'response.created');
  assert.equal(seen.at(-1), 'response.completed');
});

test('turns errors into its own', async () => {
  const messages = [{ role: 'user', content: 'x' }];
  await assert.rejects(client.chat.completions.create({ model: 'no/such', messages }), OpenAI.NotFoundError);
  await assert.rejects(client.chat.completions.create({ model, messages, temperature: 9 }), (error) => {
    assert.ok(error instanceof OpenAI.BadRequestError);
    assert.equal(error.param, 'temperature');
    return true;
  });
  const stranger = new OpenAI({ baseURL: `${process.env.BASE_URL}/v1`, apiKey: 'wrong', maxRetries: 0 });
  await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
});
