// The physical function: one device, and its virtual functions as partitions of it.

import { h } from '../ui/dom.js';
import { chart } from '../ui/chart.js';
import { against, badge, ceiling, code, facts, meter, notice, progress, section } from '../ui/parts.js';
import { bytes, bytesRate, micros, number, percent, plural, rate } from '../format.js';
import { state } from '../store.js';
import { describe } from '../words.js';

/** As many partitions are told apart in the drawing; the rest is one. */
const PARTS = 14;

export function title() {
  return 'Physical function';
}

export function view() {
  const { pf, history } = state;
  const points = history.all;
  const capacity = pf.capacity;
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Physical function'), h('p', { class: 'quiet' }, code(pf.nqn))),
    warnings(),
    device(),
    h('div', { class: 'charts', key: 'charts' },
      chart({ id: 'pf-iops', title: 'IOPS', points, format: rate,
        lines: [{ name: 'read', kind: 'read', value: (point) => point.ri }, { name: 'write', kind: 'write', value: (point) => point.wi }],
        limits: capacity ? [{ name: 'capacity, 4 KiB reads', value: capacity.readIops }] : [] }),
      chart({ id: 'pf-bytes', title: 'Throughput', points, format: bytesRate, floor: 1024, binary: true,
        lines: [{ name: 'read', kind: 'read', value: (point) => point.rb }, { name: 'write', kind: 'write', value: (point) => point.wb }],
        limits: capacity ? [{ name: 'capacity, reads', value: capacity.readBytes }] : [] }),
      chart({ id: 'pf-latency', title: 'Mean latency', points, format: micros, floor: 100,
        lines: [{ name: 'read', kind: 'read', value: (point) => point.rl }, { name: 'write', kind: 'write', value: (point) => point.wl }] })),
    h('div', { class: 'columns', key: 'columns' }, busiest(), running(), identity()),
  ];
}

function warnings() {
  const { pf } = state;
  const ill = pf.namespacesByState.quarantined;
  return h('div', { class: 'warnings', key: 'warnings' },
    pf.notReady.length > 0 ? notice('bad', `The storage of ${plural(pf.notReady.length, 'namespace')} cannot be used: ${pf.notReady.slice(0, 5).join(', ')}. Their hosts are answered Namespace Not Ready; the target’s log says why.`) : null,
    ill > 0 ? notice('bad', `${plural(ill, 'namespace')} in quarantine: an erasure failed. `, h('a', { href: '#/namespaces' }, 'Look at them')) : null,
    pf.pool.free < pf.pool.capacity * 0.05 ? notice('warn', `The pool is nearly full: ${bytes(pf.pool.free)} of ${bytes(pf.pool.capacity)} are free.`) : null);
}

function device() {
  const { pf, vfs, namespaces } = state;
  const sizes = vfs.map((vf) => ({ name: vf.name, value: vf.namespaces.reduce((sum, ns) => sum + ns.bytes, 0), vf })).sort((a, b) => b.value - a.value);
  const shelf = namespaces.filter((ns) => ns.vf === null).reduce((sum, ns) => sum + ns.bytes, 0);
  const named = sizes.slice(0, PARTS).filter((part) => part.value > 0);
  const others = sizes.slice(PARTS).reduce((sum, part) => sum + part.value, 0);
  const parts = [...named, ...(others > 0 ? [{ name: 'other VFs', value: others, kind: 'rest' }] : []), ...(shelf > 0 ? [{ name: 'not attached', value: shelf, kind: 'shelf' }] : [])];
  const { queueResources: queues, guarantees } = pf;
  return h('section', { class: 'card device', key: 'device', 'aria-label': 'The device' },
    h('div', { class: 'device-head' },
      h('h2', null, `One device, ${plural(vfs.length, 'partition')}`),
      h('p', { class: 'quiet' }, `${bytes(pf.pool.allocated)} of ${bytes(pf.pool.capacity)} given out, ${bytes(pf.pool.free)} free · pool of kind ${pf.pool.kind}`)),
    meter('Pool', parts, pf.pool.capacity, bytes),
    h('ul', { class: 'partitions' }, parts.map((part, at) =>
      h('li', { key: part.name },
        h('i', { class: part.kind ?? `tint-${at % 6}`, 'aria-hidden': 'true' }),
        part.vf ? h('a', { href: `#/vfs/${part.name}` }, part.name) : h('a', { href: part.kind === 'rest' ? '#/vfs' : '#/namespaces' }, part.name),
        h('span', { class: 'quiet' }, bytes(part.value)),
        part.vf ? h('span', { class: 'quiet' }, `${rate(iops(part.name))} IOPS`) : null)),
      h('li', { key: ' free' }, h('i', { class: 'free', 'aria-hidden': 'true' }), h('span', null, 'free'), h('span', { class: 'quiet' }, bytes(pf.pool.free)))),
    h('div', { class: 'tiles' },
      tile('Virtual functions', `${number(vfs.length)} of ${number(pf.maxVfs)}`, `${number(pf.vfsByState.online)} online, ${number(pf.vfsByState.offline)} offline`,
        meter('Virtual functions', [{ name: 'online', value: pf.vfsByState.online, kind: 'good' }, { name: 'not online', value: vfs.length - pf.vfsByState.online, kind: 'rest' }], pf.maxVfs)),
      tile('Queues', `${number(queues.assigned)} of ${number(queues.total)}`, `${number(queues.free)} free`,
        meter('Queues', [{ name: 'assigned', value: queues.assigned, kind: 'tint-0' }], queues.total)),
      guarantees.total > 0
        ? tile('Guaranteed IOPS', `${number(guarantees.assigned)} of ${number(guarantees.total)}`, `${number(guarantees.free)} left, in commands of 4 KiB`,
          meter('Guaranteed', [{ name: 'guaranteed', value: guarantees.assigned, kind: 'tint-1' }], guarantees.total))
        : tile('Guaranteed IOPS', 'none', h('span', null, 'Guarantees need a capacity: ', h('a', { href: '#/calibration' }, 'calibrate')), null),
      tile('Namespaces', number(state.namespaces.length), ['attached', 'available', 'detached', 'wiping', 'quarantined']
        .filter((word) => pf.namespacesByState[word] > 0).map((word) => `${number(pf.namespacesByState[word])} ${word}`).join(', ') || 'none yet', null)));
}

function tile(label, value, below, bar) {
  return h('div', { class: 'tile', key: label }, h('h3', null, label), h('p', { class: 'tile-value' }, value), bar, h('p', { class: 'quiet' }, below));
}

function iops(name) {
  const now = state.history.now(name);
  return now ? now.ri + now.wi : null;
}

function busiest() {
  const top = state.vfs.map((vf) => ({ vf, now: state.history.now(vf.name) })).filter((one) => one.now && one.now.ri + one.now.wi > 0)
    .sort((a, b) => b.now.ri + b.now.wi - (a.now.ri + a.now.wi)).slice(0, 6);
  return section('Busiest now', h('a', { href: '#/vfs' }, 'All virtual functions'),
    top.length === 0 ? h('p', { class: 'empty' }, 'No virtual function has I/O at the moment.')
      : h('table', null,
        h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'VF'), h('th', { scope: 'col', class: 'num' }, 'IOPS'), h('th', { scope: 'col', class: 'num' }, 'Throughput'), h('th', { scope: 'col', class: 'num' }, 'Held back'))),
        h('tbody', null, top.map(({ vf, now }) => h('tr', { key: vf.name },
          h('th', { scope: 'row' }, h('a', { href: `#/vfs/${vf.name}` }, vf.name)),
          h('td', { class: 'num' }, against(now.ri + now.wi, ceiling(vf.limits, 'Iops'), rate)),
          h('td', { class: 'num' }, against(now.rb + now.wb, ceiling(vf.limits, 'Bytes'), bytesRate)),
          h('td', { class: 'num' }, percent(now.th)))))));
}

function running() {
  const ops = state.operations.filter((op) => op.state === 'running');
  return section('Running operations', h('a', { href: '#/operations' }, 'All operations'),
    ops.length === 0 ? h('p', { class: 'empty' }, 'Nothing is being erased.')
      : h('ul', { class: 'plain-list' }, ops.slice(0, 5).map((op) => h('li', { key: op.id }, h('p', null, h('b', null, op.id), ` ${describe(op)}`), progress(op)))));
}

function identity() {
  const { pf } = state;
  return section('Target', null, facts([
    ['Version', pf.version], ['UUID', code(pf.uuid)],
    ['Hosts connect to', pf.listeners.map((one) => `${one.address}:${one.port}`).join(', ')],
    ['Sockets', `${pf.transport}, ${plural(pf.eventLoops, 'event loop')}`],
    ['Operators’ hosts', pf.allowedHosts.length === 0 ? 'none' : pf.allowedHosts.map((host) => h('span', { class: 'line', key: host }, code(host)))],
    ['Capacity', pf.capacity
      ? `${number(pf.capacity.readIops)} read and ${number(pf.capacity.writeIops)} write IOPS, ${bytesRate(pf.capacity.readBytes)} and ${bytesRate(pf.capacity.writeBytes)}`
      : h('a', { href: '#/calibration' }, 'not measured')],
    ['Revision', number(pf.revision)],
    pf.namespacesByState.wiping > 0 ? ['Erasing', badge(plural(pf.namespacesByState.wiping, 'namespace'), 'busy')] : null,
  ]));
}
