// All namespaces, with owner and state.

import { h } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { badge, progress } from '../ui/parts.js';
import { bytes } from '../format.js';
import { state } from '../store.js';
import { mayOperate } from '../session.js';
import { createNamespace, manageNamespace } from '../actions/namespaces.js';

export function title() {
  return 'Namespaces';
}

export function view() {
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Namespaces'),
      mayOperate() ? h('button', { type: 'button', class: 'primary', onclick: () => createNamespace() }, 'Create …') : null),
    table({
      id: 'namespaces', caption: 'Namespaces', rows: state.namespaces, rowKey: (ns) => ns.id, sort: 'id',
      text: (ns) => `${ns.id} ${ns.name} ${ns.state} ${ns.vf ?? ''} ${ns.owner ?? ''} ${ns.uuid}`,
      empty: 'There is no namespace yet.', columns: namespaceColumns(false),
    }),
  ];
}

export function namespaceColumns(ofOneVf) {
  return [
    { id: 'id', label: 'Id', by: (ns) => ns.id, cell: (ns) => ns.id },
    { id: 'name', label: 'Name', by: (ns) => ns.name, cell: (ns) => (ns.name === ns.id ? h('span', { class: 'quiet' }, '–') : ns.name) },
    { id: 'state', label: 'State', by: (ns) => ns.state, cell: stateCell },
    ofOneVf ? null : { id: 'vf', label: 'VF', by: (ns) => ns.vf ?? '', cell: (ns) => (ns.vf ? h('a', { href: `#/vfs/${ns.vf}` }, ns.vf) : h('span', { class: 'quiet' }, 'none')) },
    { id: 'nsid', label: 'NSID', num: true, by: (ns) => ns.nsid, cell: (ns) => ns.nsid || '–' },
    { id: 'owner', label: 'Owner', by: (ns) => ns.owner ?? '', cell: (ns) => ns.owner ?? h('span', { class: 'quiet' }, 'nobody') },
    { id: 'bytes', label: 'Size', num: true, by: (ns) => ns.bytes, cell: (ns) => bytes(ns.bytes) },
    { id: 'lba', label: 'Block', num: true, by: (ns) => ns.lbaSize, cell: (ns) => ns.lbaSize },
    { id: 'more', label: 'Storage', cell: (ns) => [ns.encrypted ? 'encrypted' : 'plain', ns.writeProtected ? ', write-protected' : ''] },
    { id: 'act', label: h('span', { class: 'hidden' }, 'Details'), cell: (ns) =>
      h('button', { type: 'button', class: 'small', 'aria-label': `${mayOperate() ? 'Manage' : 'Details of'} ${ns.name}`, onclick: () => manageNamespace(ns.id) }, mayOperate() ? 'Manage …' : 'Details …') },
  ].filter(Boolean);
}

function stateCell(ns) {
  const op = ns.operation ? state.operations.find((one) => one.id === ns.operation && one.state === 'running') : null;
  return op ? progress(op) : [badge(ns.state), ns.state === 'attached' && !ns.ready ? [' ', badge('not ready', 'bad')] : null];
}
