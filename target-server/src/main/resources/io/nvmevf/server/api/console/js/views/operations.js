// Operations: those that run, and the last ones that ended.

import { h } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { badge, progress } from '../ui/parts.js';
import { dateTime } from '../format.js';
import { state } from '../store.js';
import { follow } from '../actions/operations.js';
import { describe } from '../words.js';

export function title() {
  return 'Operations';
}

export function view() {
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Operations'), h('p', { class: 'quiet' }, 'Erasures, and what follows them. The last 128 that ended are kept.')),
    table({
      id: 'operations', caption: 'Operations', rows: state.operations, rowKey: (op) => op.id, sort: 'id', descending: true,
      text: (op) => `${op.id} ${op.kind} ${op.subject} ${op.to ?? ''} ${op.state} ${op.method} ${op.error ?? ''}`, empty: 'Nothing was ever erased here.',
      columns: [
        { id: 'id', label: 'Id', by: (op) => op.id, cell: (op) => h('button', { type: 'button', class: 'link', title: describe(op), onclick: () => follow(op) }, op.id) },
        { id: 'kind', label: 'Kind', by: (op) => op.kind, cell: (op) => op.kind },
        { id: 'subject', label: 'Of', by: (op) => op.subject, cell: (op) => op.subject },
        { id: 'to', label: 'To', by: (op) => op.to ?? '', cell: (op) => op.to ?? '–' },
        { id: 'method', label: 'Method', by: (op) => op.method, cell: (op) => `${op.method}, verified ${op.verification === 'full' ? 'in full' : 'in samples'}` },
        { id: 'state', label: 'State', by: (op) => op.state, cell: (op) => (op.state === 'running' ? progress(op) : [badge(op.state), op.error ? h('p', { class: 'error' }, op.error) : null]) },
        { id: 'started', label: 'Started', nowrap: true, by: (op) => op.started, cell: (op) => dateTime(op.started) },
        { id: 'ended', label: 'Ended', nowrap: true, by: (op) => op.ended ?? '', cell: (op) => (op.ended ? dateTime(op.ended) : '–') },
      ],
    }),
  ];
}
