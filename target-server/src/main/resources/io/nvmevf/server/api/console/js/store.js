// What is known of the target. Asked for every two seconds; what is configured, only when its revision has changed.

import { get, Problem } from './api.js';
import { History, Quantiles } from './series.js';

const EVERY_MS = 2000;
const HIDDEN_MS = 10000;

export const state = {
  pf: null,
  vfs: [],
  namespaces: [],
  operations: [],
  history: new History(),
  quantiles: new Quantiles(),
  /** Answers that only the page in view needs, by path. */
  extra: {},
  /** What keeps the target from answering; null while it answers. */
  problem: null,
  /** When it answered last. */
  answered: null,
};

const listeners = new Set();
let wanted = [];
let timer = 0;
let running = null;
let seen = '';

export function subscribe(listener) {
  listeners.add(listener);
}

export function vf(name) {
  return state.vfs.find((one) => one.name === name);
}

export function namespace(id) {
  return state.namespaces.find((one) => one.id === id);
}

/** What the page in view needs besides: paths, asked for each time, with `onChange` when the configuration has changed, or `once`. */
export function watch(list) {
  wanted = list;
  const paths = new Set(list.map((one) => one.path));
  for (const path of Object.keys(state.extra)) {
    if (!paths.has(path)) {
      delete state.extra[path];
    }
  }
}

/** Asks now; after a change, so that it is seen at once. */
export async function refresh() {
  clearTimeout(timer);
  // (One under way may have asked before the change.)
  await running;
  running = ask().finally(() => {
    running = null;
    timer = setTimeout(refresh, document.hidden ? HIDDEN_MS : EVERY_MS);
  });
  return running;
}

async function ask() {
  try {
    const [pf, stats] = await Promise.all([get('/v1/pf'), get('/v1/stats')]);
    const mark = `${pf.uuid} ${pf.revision} ${pf.notReady.join()} ${pf.operationsRunning}`;
    const changed = mark !== seen;
    const jobs = wanted
      .filter((one) => !(one.path in state.extra) || !(one.once || (one.onChange && !changed)))
      .map(async (one) => {
        const answer = await optional(one.path);
        state.extra[one.path] = answer;
        if (answer && one.quantilesOf) {
          state.quantiles.add(one.quantilesOf, answer);
        }
      });
    if (changed) {
      jobs.push(list('vfs'), list('namespaces'));
    }
    if (changed || pf.operationsRunning > 0) {
      jobs.push(list('operations'));
    }
    await Promise.all(jobs);
    state.history.add(stats);
    state.pf = pf;
    seen = mark;
    state.problem = null;
    state.answered = new Date();
  } catch (e) {
    if (!(e instanceof Problem)) {
      throw e;
    }
    state.problem = e;
  } finally {
    listeners.forEach((listener) => listener());
  }
}

async function list(name) {
  state[name] = (await get(`/v1/${name}`)).items;
}

/** Null where it is not there any more, or is not for this user. */
async function optional(path) {
  try {
    return await get(path);
  } catch (e) {
    if (e instanceof Problem && (e.status === 404 || e.status === 403)) {
      return null;
    }
    throw e;
  }
}
