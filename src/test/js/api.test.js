import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api, isAbort } from '../app/lib/api.js';
import { errorFrom, streamError } from '../app/lib/problem.js';

class OpenSession {
    token = 'secret';
    refusals = [];
    refused = (token) => this.refusals.push(token);
}

/** An Api whose every request gets this answer, and the requests it made. */
function apiThatGets(answer, session = new OpenSession()) {
    const requests = [];
    const fetch = async (url, init) => {
        requests.push({ url: String(url), ...init });
        return answer(init);
    };
    return { api: new Api(session, { fetch, base: 'http://host/console/' }), requests, session };
}

const problem = (status, detail) => () =>
    new Response(JSON.stringify({ status, detail }), { status, headers: { 'Content-Type': 'application/problem+json' } });

test('sends the token as a header, relative to where the application lives', async () => {
    const { api, requests } = apiThatGets(() => Response.json({ id: 1 }));
    assert.deepEqual(await api.get('api/auth/me'), { id: 1 });
    assert.equal(requests[0].url, 'http://host/console/api/auth/me');
    assert.equal(requests[0].headers.Authorization, 'Bearer secret');
    assert.equal(requests[0].credentials, 'omit');
});

test('logs in with a form and without the token', async () => {
    const { api, requests } = apiThatGets(() => Response.json({ access_token: 't' }));
    assert.equal(await api.login('ada@example.org', 'a&b=c'), 't');
    assert.equal(String(requests[0].body), 'username=ada%40example.org&password=a%26b%3Dc');
    assert.equal(requests[0].headers?.Authorization, undefined);
});

test('a wrong password is told and leaves the session alone', async () => {
    const { api, session } = apiThatGets(problem(401, 'Incorrect email or password'));
    await assert.rejects(api.login('a@b.c', 'wrong'), { message: 'Incorrect email or password', status: 401 });
    assert.deepEqual(session.refusals, []);
});

test('a refused token is reported to the session', async () => {
    const { api, session } = apiThatGets(problem(401, 'Could not validate credentials'));
    await assert.rejects(api.get('api/auth/me'), { status: 401 });
    assert.deepEqual(session.refusals, ['secret']);
});

test('no answer at all is an error with words', async () => {
    const { api } = apiThatGets(() => Promise.reject(new TypeError('Failed to fetch')));
    await assert.rejects(api.get('x'), { code: 'unreachable', status: 0 });
});

test('giving up is told apart from failing', async () => {
    const abort = new AbortController();
    const { api } = apiThatGets(({ signal }) => Promise.reject(signal.reason));
    abort.abort();
    await assert.rejects(api.get('x', { signal: abort.signal }), isAbort);
});

test('streams the events of an answer', async () => {
    const { api, requests } = apiThatGets(() => new Response('data: 1\n\ndata: [DONE]\n\n'));
    const data = [];
    for await (const event of api.stream('v1/chat/completions', { a: 1 })) {
        data.push(event.data);
    }
    assert.deepEqual(data, ['1', '[DONE]']);
    assert.equal(requests[0].body, '{"a":1}');
});

for (const [what, status, body, message, code] of [
    ['problem+json', 409, '{"detail":"Email already registered","code":"taken"}', 'Email already registered', 'taken'],
    ['the OpenAI envelope', 404, '{"error":{"message":"No such model","type":"x","code":"model_not_found"}}', 'No such model', 'model_not_found'],
    ['the Anthropic envelope', 529, '{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}', 'Busy', 'overloaded_error'],
    ['field errors', 422, '{"errors":[{"field":"email","message":"is no address"}],"detail":"x"}', 'email: is no address', ''],
    ['a list as detail', 422, '{"detail":[{"loc":["body","password"],"msg":"too short"}]}', 'password: too short', ''],
    ['a title alone', 400, '{"title":"Bad Request"}', 'Bad Request', ''],
    ['a bare string', 400, '{"error":"nope"}', 'nope', ''],
    ['HTML', 503, '<html>', 'The server is not ready for this yet.', ''],
    ['nothing', 418, '', 'The server answered with status 418.', ''],
    ['a JSON null', 500, 'null', 'The server met an error. Its log says more.', ''],
]) {
    test(`reads the message of ${what}`, () => {
        const error = errorFrom(status, body);
        assert.deepEqual([error.message, error.code, error.status], [message, code, status]);
    });
}

test('knows an error inside a stream from a chunk', () => {
    assert.equal(streamError({ choices: [] }), null);
    assert.equal(streamError({ error: null, choices: [] }), null);
    assert.equal(streamError({ error: { message: 'Out of memory' } }).message, 'Out of memory');
});

test('an address for the browser itself carries a ticket for its path without the query', async () => {
    const { api, requests } = apiThatGets(() => Response.json({ ticket: 'once' }));
    const address = await api.ticketed('api/system/audit-logs/export?format=csv');
    assert.equal(String(address), 'http://host/console/api/system/audit-logs/export?format=csv&token=once');
    assert.deepEqual(JSON.parse(requests[0].body), { path: '/api/system/audit-logs/export' });
});

test('a page of a list tells whether there is another', async () => {
    const { api } = apiThatGets(() => Response.json([1], { headers: { 'X-Next-Cursor': 'c' } }));
    assert.deepEqual(await api.page('api/models/search?query=x'), { items: [1], next: 'c' });
});
