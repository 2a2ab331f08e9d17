// All virtual functions, with what each does now against what it may.

import { h } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { sparkline } from '../ui/chart.js';
import { against, badge, ceiling, limitSummary } from '../ui/parts.js';
import { bytes, bytesRate, micros, number, percent, rate } from '../format.js';
import { state } from '../store.js';
import { mayOperate } from '../session.js';
import { createVf } from '../actions/vfs.js';

export function title() {
  return 'Virtual functions';
}

export function view() {
  const rows = state.vfs.map((vf) => {
    const now = state.history.now(vf.name);
    return { vf, now, iops: now ? now.ri + now.wi : null, bytes: now ? now.rb + now.wb : null, latency: now ? mean(now) : null,
      size: vf.namespaces.reduce((sum, ns) => sum + ns.bytes, 0), hosts: state.history.counters(vf.name)?.hosts.length ?? 0 };
  });
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Virtual functions'),
      mayOperate() ? h('button', { type: 'button', class: 'primary', id: 'create-vf', onclick: createVf }, 'Create …') : null),
    table({
      id: 'vfs', caption: 'Virtual functions', rows, rowKey: (row) => row.vf.name, sort: 'name',
      text: ({ vf }) => `${vf.name} ${vf.tenant} ${vf.state} ${vf.profile ?? ''} ${vf.nqn} ${vf.allowedHosts.join(' ')}`,
      empty: 'There is no virtual function yet. Create one, and then a namespace in it.',
      columns: [
        { id: 'name', label: 'Name', by: ({ vf }) => vf.name, cell: ({ vf }) => h('a', { href: `#/vfs/${vf.name}` }, vf.name) },
        { id: 'state', label: 'State', by: ({ vf }) => vf.state, cell: ({ vf }) => badge(vf.state) },
        { id: 'tenant', label: 'Tenant', by: ({ vf }) => vf.tenant, cell: ({ vf }) => vf.tenant },
        { id: 'hosts', label: 'Hosts', num: true, by: (row) => row.hosts, cell: (row) => number(row.hosts) },
        { id: 'trend', label: 'Trend', cell: (row) => sparkline(state.history.of(row.vf.name), (point) => point.ri + point.wi, ceiling(row.vf.limits, 'Iops')) },
        { id: 'iops', label: 'IOPS', num: true, by: (row) => row.iops ?? -1, cell: (row) => against(row.iops, ceiling(row.vf.limits, 'Iops'), rate) },
        { id: 'bytes', label: 'Throughput', num: true, by: (row) => row.bytes ?? -1, cell: (row) => against(row.bytes, ceiling(row.vf.limits, 'Bytes'), bytesRate) },
        { id: 'latency', label: 'Latency', num: true, by: (row) => row.latency ?? -1, cell: (row) => micros(row.latency) },
        { id: 'throttled', label: 'Held back', num: true, by: (row) => row.now?.th ?? -1, cell: (row) => h('span', { class: row.now?.th > 0.2 ? 'hot' : null }, percent(row.now?.th)) },
        { id: 'limits', label: 'Limits', by: ({ vf }) => vf.profile ?? limitSummary(vf.limits), cell: ({ vf }) => (vf.profile ? h('span', { title: limitSummary(vf.limits) }, vf.profile) : limitSummary(vf.limits)) },
        { id: 'size', label: 'Size', num: true, by: (row) => row.size, cell: (row) => bytes(row.size) },
      ],
    }),
  ];
}

function mean(now) {
  const all = (now.rl === null ? 0 : now.ri) + (now.wl === null ? 0 : now.wi);
  return all > 0 ? ((now.rl ?? 0) * (now.rl === null ? 0 : now.ri) + (now.wl ?? 0) * (now.wl === null ? 0 : now.wi)) / all : null;
}
