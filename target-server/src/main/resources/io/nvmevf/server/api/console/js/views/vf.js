// One virtual function: what it does against what it may, who may use it, and what is in it.

import { h } from '../ui/dom.js';
import { chart } from '../ui/chart.js';
import { table } from '../ui/table.js';
import { badge, code, facts, limitList, rateOf, section } from '../ui/parts.js';
import { bytesRate, micros, number, percent, rate } from '../format.js';
import { state, vf as find } from '../store.js';
import { mayOperate } from '../session.js';
import { bringOnline, changeLimits, deleteVf, editVf, takeOffline } from '../actions/vfs.js';
import { createNamespace } from '../actions/namespaces.js';
import { attempt } from '../attempt.js';
import { namespaceColumns } from './namespaces.js';
import { hostColumns, hostRows } from './hosts.js';

export function title(name) {
  return name;
}

export function watch(name) {
  const id = encodeURIComponent(name);
  return [{ path: `/v1/stats?vf=${id}`, quantilesOf: name }, { path: `/v1/vfs/${id}/keys`, onChange: true }];
}

export function view(name) {
  const vf = find(name);
  if (!vf) {
    return h('div', { class: 'page-head', key: 'gone' }, h('h1', null, name), h('p', null, 'There is no such virtual function (any more). ', h('a', { href: '#/vfs' }, 'All virtual functions')));
  }
  const keys = state.extra[`/v1/vfs/${encodeURIComponent(name)}/keys`]?.items;
  return [
    h('div', { class: 'page-head', key: `head ${name}` },
      h('nav', { class: 'crumbs', 'aria-label': 'Where this is' }, h('a', { href: '#/vfs' }, 'Virtual functions'), ' /'),
      h('h1', null, name, ' ', badge(vf.state)),
      mayOperate() ? h('div', { class: 'actions' },
        h('button', { type: 'button', class: 'primary', onclick: () => changeLimits(vf) }, 'Change limits …'),
        vf.state === 'online'
          ? h('button', { type: 'button', key: 'offline', onclick: () => takeOffline(vf) }, 'Take offline …')
          : h('button', { type: 'button', key: 'online', onclick: () => attempt(() => bringOnline(vf)) }, 'Bring online'),
        h('button', { type: 'button', onclick: () => editVf(vf) }, 'Settings …'),
        h('button', { type: 'button', class: 'danger-quiet', onclick: () => deleteVf(vf) }, 'Remove …')) : null),
    charts(vf),
    h('div', { class: 'columns', key: `columns ${name}` },
      section('Limits', vf.profile ? h('span', { class: 'quiet' }, `profile ${vf.profile}`) : null,
        limitList(vf.limits) ?? h('p', { class: 'empty' }, 'None: as much as the machine gives.'),
        limitList(vf.tenantLimits) ? [h('h3', null, `All of tenant ${vf.tenant} together`), limitList(vf.tenantLimits)] : null),
      section('Identity', null, facts([
        ['Number', number(vf.number)], ['Tenant', vf.tenant], ['NQN', code(vf.nqn)], ['Serial number', code(vf.serial)],
        ['I/O queues', `${number(vf.ioQueues)} of ${number(vf.queueDepth)} entries`],
        ['Listeners', vf.ports.length === 0 ? 'all' : vf.ports.join(', ')],
        ['Authentication', vf.requireAuthentication ? 'required of all hosts' : 'required of hosts that have a key'],
        vf.tls ? ['TLS', vf.tls] : null,
        vf.duplicateHost ? ['Second connection of a host', vf.duplicateHost] : null,
        vf.sanitize ? ['Last sanitize', `${vf.sanitize.operation}, ${vf.sanitize.state}`] : null,
      ]))),
    section('Namespaces', mayOperate() ? h('button', { type: 'button', onclick: () => createNamespace(name) }, 'Create a namespace …') : null,
      table({ id: 'vf-namespaces', caption: `Namespaces of ${name}`, rows: vf.namespaces, rowKey: (ns) => ns.id, sort: 'nsid', search: false, text: (ns) => ns.name,
        empty: 'It has no namespace: its hosts see no disk.', columns: namespaceColumns(true) })),
    section('Hosts', null,
      table({ id: 'vf-hosts', caption: `Hosts of ${name}`, rows: hostRows([vf], keys), rowKey: (row) => row.host, search: false, text: (row) => row.host,
        empty: 'No host may connect to it yet: allow one in its settings.', columns: hostColumns(true) })),
  ];
}

function charts(vf) {
  const points = state.history.of(vf.name);
  const { limits } = vf;
  const limitLines = (unit) => [['total', 'limit'], ['read', 'read limit'], ['write', 'write limit']]
    .map(([kind, name]) => ({ name, value: rateOf(limits[kind + unit]) })).filter((limit) => limit.value !== null);
  const both = (read, write) => [{ name: 'read', kind: 'read', value: (point) => point[read] }, { name: 'write', kind: 'write', value: (point) => point[write] }];
  const sum = (read, write) => ({ name: 'both', kind: 'third', value: (point) => point[read] + point[write] });
  return h('div', { class: 'charts pairs-of', key: `charts ${vf.name}` },
    chart({ id: `${vf.name}-iops`, title: 'IOPS', points, format: rate, limits: limitLines('Iops'), lines: limits.totalIops === undefined ? both('ri', 'wi') : [...both('ri', 'wi'), sum('ri', 'wi')] }),
    chart({ id: `${vf.name}-bytes`, title: 'Throughput', points, format: bytesRate, floor: 1024, binary: true, limits: limitLines('Bytes'), lines: limits.totalBytes === undefined ? both('rb', 'wb') : [...both('rb', 'wb'), sum('rb', 'wb')] }),
    chart({ id: `${vf.name}-latency`, title: 'Latency, median and 99th percentile', points: state.quantiles.points, format: micros, floor: 100, lines: [
      { name: 'read', kind: 'read', value: (point) => point.r50 }, { name: 'read p99', kind: 'third', value: (point) => point.r99 },
      { name: 'write', kind: 'write', value: (point) => point.w50 }, { name: 'write p99', kind: 'fourth', value: (point) => point.w99 },
    ] }),
    chart({ id: `${vf.name}-throttled`, title: 'Time in which it was held back', points, format: percent, floor: 1, empty: 'not held back', lines: [{ name: 'demand above a limit', kind: 'fourth', value: (point) => point.th }] }));
}

