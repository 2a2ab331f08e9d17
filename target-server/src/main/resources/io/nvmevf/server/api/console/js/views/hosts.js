// Hosts: who may connect, who is connected, and what they prove themselves with. Secrets are never here: the API does not tell them.

import { h } from '../ui/dom.js';
import { table } from '../ui/table.js';
import { badge, code } from '../ui/parts.js';
import { plural } from '../format.js';
import { state } from '../store.js';

export function title() {
  return 'Hosts';
}

export function view() {
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Hosts'),
      h('p', { class: 'quiet' }, 'Keys are set with the command line (nvmevf secret) or the API. They are never shown.')),
    table({
      id: 'hosts', caption: 'Hosts', rows: hostRows(state.vfs), rowKey: (row) => `${row.vf.name} ${row.host}`, sort: 'host',
      text: (row) => `${row.host} ${row.vf.name} ${row.vf.tenant}`, empty: 'No virtual function allows a host yet.', columns: hostColumns(false),
    }),
  ];
}

/** Each host of each of these virtual functions. `keys`: what is known of keys, of one virtual function. */
export function hostRows(vfs, keys = []) {
  return vfs.flatMap((vf) => {
    const connected = new Set(state.history.counters(vf.name)?.hosts ?? []);
    const known = new Set([...vf.allowedHosts, ...vf.hostsWithKey, ...(vf.hostsWithTlsKey ?? []), ...connected]);
    const rows = [...known].map((host) => ({
      vf, host, connected: connected.has(host), allowed: vf.allowAnyHost || vf.allowedHosts.includes(host),
      key: vf.hostsWithKey.includes(host), tls: vf.hostsWithTlsKey?.includes(host), details: keys?.find((key) => key.host === host),
    }));
    return vf.allowAnyHost ? [{ vf, host: 'any host', any: true, allowed: true }, ...rows] : rows;
  });
}

export function hostColumns(ofOneVf) {
  return [
    { id: 'host', label: 'Host NQN', by: (row) => row.host, cell: (row) => (row.any ? h('em', null, 'any host') : code(row.host)) },
    ofOneVf ? null : { id: 'vf', label: 'VF', by: (row) => row.vf.name, cell: (row) => h('a', { href: `#/vfs/${row.vf.name}` }, row.vf.name) },
    { id: 'allowed', label: 'May connect', by: (row) => (row.allowed ? 0 : 1), cell: (row) => (row.allowed ? 'yes' : badge('not allowed', 'off')) },
    { id: 'connected', label: 'Now', by: (row) => (row.connected ? 0 : 1), cell: (row) => (row.any ? '' : row.connected ? badge('connected', 'good') : h('span', { class: 'quiet' }, 'not connected')) },
    { id: 'key', label: 'Authentication', by: (row) => (row.key ? 0 : 1), cell: authentication },
    { id: 'tls', label: 'TLS', cell: encryption },
  ].filter(Boolean);
}

function authentication(row) {
  if (row.any) {
    return row.vf.requireAuthentication ? 'only with a key' : h('span', { class: 'quiet' }, 'known by name alone');
  }
  if (!row.key) {
    return row.vf.requireAuthentication ? badge('refused: no key', 'bad') : h('span', { class: 'quiet' }, 'no key: known by name alone');
  }
  const pairs = row.details?.pairs;
  return [badge('DH-HMAC-CHAP', 'good'), pairs ? ` ${pairs[0].bidirectional ? 'both ways' : 'host only'}${pairs.length > 1 ? `, being rotated: ${plural(pairs.length, 'key')}` : ''}` : null];
}

function encryption(row) {
  if (row.vf.tls === undefined) {
    return h('span', { class: 'quiet' }, '–');
  }
  if (row.any || !row.tls) {
    return row.vf.tls === 'required' ? (row.any ? 'required' : badge('refused: no TLS key', 'bad')) : h('span', { class: 'quiet' }, row.vf.tls === 'off' ? 'off' : 'no key');
  }
  return badge(row.vf.tls === 'required' ? 'TLS required' : 'TLS key', 'good');
}
