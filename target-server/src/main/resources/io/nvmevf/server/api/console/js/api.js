// The REST API of this target: nothing else is ever asked.

const PATIENCE_MS = 20000;
const TOKEN = 'nvmevf.token';

/** What went wrong, as the API's problem details (RFC 9457) say it. */
export class Problem extends Error {
  constructor(status, detail, reason) {
    super(detail);
    this.status = status;
    this.reason = reason;
  }

  /** No answer at all. */
  get isUnreachable() {
    return this.status === 0;
  }
}

let askForToken = null;
let asking = null;
/** Whether the question was dismissed: it is not asked again at once. */
let declined = false;

/** What asks for a token when the API wants one: given why, it resolves with whether there is one. */
export function onUnauthorized(ask) {
  askForToken = ask;
}

/** Asks again, at the next request that wants it. */
export function askAgain() {
  declined = false;
}

export function token() {
  return sessionStorage.getItem(TOKEN);
}

/** Kept until the tab is closed, and nowhere else; null forgets it. */
export function setToken(value) {
  if (value === null) {
    sessionStorage.removeItem(TOKEN);
  } else {
    sessionStorage.setItem(TOKEN, value);
  }
}

/** The answer's body, null if it has none. @throws Problem */
export async function call(method, path, body) {
  const used = token();
  const response = await send(method, path, body, used);
  if (response.status === 401) {
    const why = (await problem(response)).message;
    // (Somebody else may have got one meanwhile; several wait for the same one.)
    if (token() === used) {
      if (askForToken === null || declined) {
        throw new Problem(401, why);
      }
      asking ??= askForToken(why, used !== null).finally(() => {
        asking = null;
      });
      declined = !(await asking);
    }
    return call(method, path, body);
  }
  if (!response.ok) {
    throw await problem(response);
  }
  return response.status === 204 ? null : response.json();
}

export const get = (path) => call('GET', path);
export const post = (path, body = {}) => call('POST', path, body);
export const patch = (path, body) => call('PATCH', path, body);
export const put = (path, body) => call('PUT', path, body);
export const remove = (path) => call('DELETE', path);

async function send(method, path, body, bearer) {
  const headers = {};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  if (bearer !== null) {
    headers.Authorization = `Bearer ${bearer}`;
  }
  try {
    return await fetch(path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
      // (What changes something may wait for storage; what only asks may not.)
      signal: method === 'GET' ? AbortSignal.timeout(PATIENCE_MS) : undefined,
    });
  } catch {
    throw new Problem(0, 'the target does not answer; is it running, and is this page still reaching it?');
  }
}

async function problem(response) {
  let detail = '';
  let reason;
  try {
    const body = await response.json();
    detail = body.detail || body.title || '';
    reason = body.reason;
  } catch {
    // No problem details: what stands between may answer in its own way.
  }
  return new Problem(response.status, detail || `the target answered ${response.status} ${response.statusText}`, reason);
}
