// Anthropic's own client; BASE_URL, TOKEN and MODEL come from JavaScriptClientsIT.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';

const model = process.env.MODEL;
const client = new Anthropic({ baseURL: process.env.BASE_URL, apiKey: process.env.TOKEN, maxRetries: 0 });
const ask = (content) => ({ model, max_tokens: 200, temperature: 0, messages: [{ role: 'user', content }] });
const text = (message) => message.content.filter((block) => block.type === 'text').map((block) => block.text).join('');

test('asks, whole and streamed alike', async () => {
  const whole = await client.messages.create(ask('Count to 12.'));
  assert.match(text(whole), /11, 12/);
  const streamed = await client.messages.stream(ask('Count to 12.')).finalMessage();
  assert.equal(text(streamed), text(whole));
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
});

test('calls a tool and uses its result', async () => {
  const tools = [{
    name: 'calculator',
    description: 'Evaluates an arithmetic expression.',
    input_schema: { type: 'object', properties: { expression: { type: 'string' } }, required: ['expression'] },
  }];
  const question = ask('What is 12 * 7?');
  const called = await client.messages.create({ ...question, tools });
  assert.equal(called.stop_reason, 'tool_use');
  const use = called.content.find((block) => block.type === 'tool_use');
  const answered = await client.messages.create({
    ...question,
    tools,
    messages: [
      ...question.messages,
      { role: 'assistant', content: called.content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: use.id, content: '84' }] },
    ],
  });
  assert.match(text(answered), /84/);
});

test('gets an answer in the form it asks for', async () => {
  const schema = {
    type: 'object', additionalProperties: false, required: ['on'], properties: { on: { type: 'boolean' } },
  };
  const answer = await client.messages.create({
    ...ask('Is the light on?'), output_config: { format: { type: 'json_schema', schema } },
  });
  assert.equal(typeof JSON.parse(text(answer)).on, 'boolean');
});

test('counts tokens', async () => {
  const { max_tokens, temperature, ...counted } = ask('Count to 12.');
  assert.ok((await client.messages.countTokens(counted)).input_tokens > 5);
});

test('turns errors into its own', async () => {
  await assert.rejects(client.messages.create({ ...ask('x'), model: 'no/such' }), Anthropic.NotFoundError);
  await assert.rejects(client.messages.create({ ...ask('x'), temperature: 7 }), Anthropic.BadRequestError);
});
