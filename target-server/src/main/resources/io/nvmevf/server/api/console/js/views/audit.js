// The audit log, the newest entries first. It is read in pieces: it may be long.

import { get } from '../api.js';
import { h } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { badge } from '../ui/parts.js';
import { dateTime, number } from '../format.js';
import { attempt } from '../attempt.js';
import { state } from '../store.js';

const PIECE = 200;

let entries = [];
let seen = '';
let busy = false;
let redraw = () => {};

export function title() {
  return 'Audit log';
}

/** Called when there is more to show. */
export function onAudit(callback) {
  redraw = callback;
}

const piece = async (after, max) => (await get(`/v1/audit?after=${after}&max=${max}`)).items;

/** The number of the last entry: the API counts upwards, so it is searched for. */
async function lastNumber() {
  let low = 0;
  let high = PIECE;
  while ((await piece(high, 1)).length > 0) {
    low = high;
    high *= 2;
  }
  while (high - low > PIECE) {
    const middle = Math.floor((low + high) / 2);
    if ((await piece(middle, 1)).length > 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return (await piece(low, PIECE)).at(-1)?.seq ?? low;
}

async function load(more) {
  if (busy) {
    return;
  }
  busy = true;
  await attempt(async () => {
    if (more) {
      const first = entries[0].seq;
      const after = Math.max(0, first - 1 - PIECE);
      entries = [...await piece(after, first - 1 - after), ...entries];
    } else {
      if (entries.length === 0) {
        entries = await piece(Math.max(0, (await lastNumber()) - PIECE), PIECE);
      }
      for (let next = PIECE; next === PIECE;) {
        const newer = await piece(entries.at(-1)?.seq ?? 0, PIECE);
        entries = [...entries, ...newer];
        next = newer.length;
      }
    }
  });
  busy = false;
  redraw();
}

export function view() {
  const mark = `${state.pf.uuid} ${state.pf.revision} ${state.pf.operationsRunning}`;
  if (mark !== seen) {
    seen = mark;
    load(false);
  }
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Audit log'),
      h('p', { class: 'quiet' }, 'Each entry is chained to the one before it. Take it out with nvmevf audit export, and check it with nvmevf audit verify.')),
    table({
      id: 'audit', caption: 'Audit log', rows: entries, rowKey: (entry) => entry.seq, sort: 'seq', descending: true,
      text: (entry) => `${entry.seq} ${entry.type} ${Object.entries(entry.fields).map((pair) => pair.join(' ')).join(' ')}`, empty: busy ? 'Reading …' : 'The log is empty.',
      tools: entries.length > 0 && entries[0].seq > 1 ? [h('button', { type: 'button', disabled: busy, onclick: () => load(true) }, `Older ones (${number(entries[0].seq - 1)} more)`)] : [],
      columns: [
        { id: 'seq', label: 'No.', num: true, by: (entry) => entry.seq, cell: (entry) => number(entry.seq) },
        { id: 'time', label: 'Time', by: (entry) => entry.time, nowrap: true, cell: (entry) => dateTime(entry.time) },
        { id: 'type', label: 'What', by: (entry) => entry.type, cell: (entry) => badge(entry.type.replaceAll('-', ' '), /erasure/.test(entry.type) ? 'good' : /fail|discard|quarantin/.test(entry.type) ? 'bad' : 'off') },
        { id: 'fields', label: 'Details', cell: (entry) => h('dl', { class: 'pairs' }, Object.entries(entry.fields).filter(([, value]) => value !== null && value !== '')
          .map(([name, value]) => h('div', { key: name }, h('dt', null, name), h('dd', null, typeof value === 'object' ? JSON.stringify(value) : String(value))))) },
        { id: 'hash', label: 'Hash', cell: (entry) => h('code', { title: `${entry.hash}${entry.signature ? ', signed' : ''}` }, `${entry.hash.slice(0, 12)}…${entry.signature ? ' signed' : ''}`) },
      ],
    }),
  ];
}
