// What can be done with virtual functions.

import { get, patch, post, remove } from '../api.js';
import { refresh, state, vf as find } from '../store.js';
import { form } from '../ui/dialog.js';
import { lines, name, wholeNumber } from '../ui/fields.js';
import { notice } from '../ui/parts.js';
import { bytes, number, plural } from '../format.js';
import { confirmed, confirmField, consequences } from './erasing.js';
import { limitFields, limitRequest, preview } from './limits.js';
import { outcome } from './operations.js';

const path = (name) => `/v1/vfs/${encodeURIComponent(name)}`;

/** Fields that only some versions of the API have: shown where it describes them. */
async function described(schema) {
  try {
    return (await get('/v1/openapi.json')).components.schemas[schema].properties;
  } catch {
    return {};
  }
}

async function profilesNow() {
  return (await get('/v1/profiles')).items;
}

function hostFields(vf, api) {
  return [
    { name: 'allowedHosts', kind: 'area', group: 'Who may connect', label: 'Host NQNs', initial: vf?.allowedHosts.join('\n') ?? '', calledAlso: ['host'],
      placeholder: 'nqn.2014-08.org.nvmexpress:uuid:…', hint: 'One in a line, as in /etc/nvme/hostnqn of each host. None: nobody can connect yet.' },
    { name: 'allowAnyHost', kind: 'check', group: 'Who may connect', label: 'Any host may connect (for trials)', initial: vf?.allowAnyHost ?? false },
    { name: 'requireAuthentication', kind: 'check', group: 'Who may connect', label: 'Refuse hosts that have no key', initial: vf?.requireAuthentication ?? false,
      hint: 'A host NQN is no secret. Hosts with a key must prove themselves (DH-HMAC-CHAP) in any case.' },
    api.tls ? { name: 'tls', kind: 'select', group: 'Who may connect', label: 'TLS', initial: vf?.tls ?? 'allowed', hint: 'TLS 1.3 with a key of the host.',
      options: [{ value: 'off', label: 'off' }, { value: 'allowed', label: 'allowed' }, { value: 'required', label: 'required' }] } : null,
    api.duplicateHost ? { name: 'duplicateHost', kind: 'select', group: 'Who may connect', label: 'A host that connects a second time', initial: vf?.duplicateHost ?? 'allow',
      hint: 'Multipath needs several controllers of one host.',
      options: [{ value: 'allow', label: 'is allowed (multipath)' }, { value: 'reject', label: 'is refused' }, { value: 'replace', label: 'replaces the first' }] } : null,
    state.pf.listeners.length > 1 ? { name: 'ports', kind: 'checks', group: 'Who may connect', label: 'Listeners that expose it', initial: vf?.ports ?? [],
      hint: 'None chosen: all of them.', options: state.pf.listeners.map((one) => ({ value: one.number, label: `${one.number}: ${one.address} port ${one.port}` })) } : null,
  ];
}

function queueFields(vf) {
  return [
    { name: 'ioQueues', kind: 'number', group: 'Queues', label: 'I/O queues', check: wholeNumber(0, 64), placeholder: vf ? null : '64', initial: vf ? String(vf.ioQueues) : '',
      required: Boolean(vf), hint: vf ? '0 to 64 for each controller; holds for those that connect from now on.' : `0 to 64 for each controller. Left out: 64, or what its limits and the ${number(state.pf.queueResources.free)} free queues allow.` },
    { name: 'queueDepth', kind: 'number', group: 'Queues', label: 'Queue depth', check: wholeNumber(2, 1024), placeholder: vf ? null : '1024', initial: vf ? String(vf.queueDepth) : '',
      required: Boolean(vf), hint: vf ? 'Entries of each queue, 2 to 1024.' : 'Entries of each queue, 2 to 1024. Left out: 1024, or what its limits allow.' },
  ];
}

const whole = (text) => (/^\d+$/.test(text?.trim() ?? '') ? Number(text) : undefined);

/** Asks for a new one; resolves with it. */
export async function createVf() {
  const [profiles, api] = await Promise.all([profilesNow(), described('NewVf')]);
  const made = await form({
    title: 'Create a virtual function',
    intro: 'A virtual function is an NVM subsystem of its own: hosts that it allows see it, and only what is attached to it.',
    action: 'Create',
    wide: true,
    fields: () => [
      { name: 'name', label: 'Name', required: true, autofocus: true, check: name(32), placeholder: 'web1', calledAlso: ['already'], hint: 'Small letters, digits and hyphens.' },
      { name: 'tenant', label: 'Tenant', check: name(64), hint: 'Whom its data belong to. Left out: a tenant of its own, called as it. VFs of one tenant pass namespaces on without an erasure.' },
      ...hostFields(null, api),
      ...limitFields(profiles),
      ...queueFields(null),
      { name: 'state', kind: 'select', group: 'More', label: 'State', initial: 'online', hint: 'Offline: nobody can connect until it is brought online.',
        options: [{ value: 'online', label: 'online' }, { value: 'offline', label: 'offline' }] },
      { name: 'nqn', group: 'More', label: 'NQN', hint: 'What hosts connect to. Left out: made of the target’s UUID and the name.' },
      { name: 'serial', group: 'More', label: 'Serial number', hint: '1 to 20 printable characters. Left out: generated.' },
    ],
    below: (values) => preview(values, profiles, whole(values.ioQueues), whole(values.queueDepth)),
    submit: async (values) => {
      const body = { name: values.name.trim(), state: values.state, allowedHosts: lines(values.allowedHosts), allowAnyHost: values.allowAnyHost,
        requireAuthentication: values.requireAuthentication, ...limitRequest(values, false) };
      for (const key of ['tenant', 'nqn', 'serial']) {
        if (values[key].trim()) {
          body[key] = values[key].trim();
        }
      }
      for (const key of ['ioQueues', 'queueDepth']) {
        if (whole(values[key]) !== undefined) {
          body[key] = whole(values[key]);
        }
      }
      for (const key of ['tls', 'duplicateHost', 'ports']) {
        if (values[key] !== undefined) {
          body[key] = values[key];
        }
      }
      return post('/v1/vfs', body);
    },
  });
  if (made) {
    await outcome(null, `${made.name} is created, and ${made.state}.`);
    location.hash = `#/vfs/${made.name}`;
  }
}

/** What somebody else changed since the form was opened; null if nothing. */
function changedMeanwhile(before, fields) {
  const now = find(before.name);
  return now && fields.some((field) => JSON.stringify(now[field]) !== JSON.stringify(before[field])) ? now : null;
}

export async function changeLimits(vf) {
  const profiles = await profilesNow();
  let base = vf;
  return form({
    title: `Limits of ${vf.name}`,
    intro: 'They hold at once, for all its hosts, queues and namespaces together. What is given replaces all that there was.',
    action: 'Change',
    wide: true,
    fields: () => [...limitFields(profiles, vf.limits, vf.profile), ...queueFields(vf)],
    below: (values, dialog) => {
      const now = changedMeanwhile(base, ['limits', 'profile', 'ioQueues', 'queueDepth']);
      if (now) {
        base = now;
        dialog.changed = true;
      }
      return [
        dialog.changed ? notice('warn', 'Somebody else has changed these limits since this was opened; the page behind shows them. “Change” replaces them by what is here.') : null,
        preview(values, profiles, whole(values.ioQueues), whole(values.queueDepth)),
      ];
    },
    submit: async (values) => {
      const body = limitRequest(values, true);
      for (const key of ['ioQueues', 'queueDepth']) {
        if (whole(values[key]) !== vf[key]) {
          body[key] = whole(values[key]);
        }
      }
      return patch(path(vf.name), body);
    },
  }).then((done) => done && outcome(null, `The limits of ${vf.name} are changed.`));
}

export async function editVf(vf) {
  const api = await described('VfChange');
  return form({
    title: `Settings of ${vf.name}`,
    action: 'Save',
    wide: true,
    intro: 'A host or listener that is taken away is disconnected at once.',
    fields: () => [
      { name: 'tenant', label: 'Tenant', required: true, check: name(64), initial: vf.tenant, hint: 'It cannot change while the VF has namespaces.' },
      ...hostFields(vf, api),
    ],
    submit: async (values) => {
      const now = { tenant: values.tenant.trim(), allowedHosts: lines(values.allowedHosts).sort(), allowAnyHost: values.allowAnyHost,
        requireAuthentication: values.requireAuthentication, tls: values.tls, duplicateHost: values.duplicateHost, ports: values.ports };
      const body = {};
      for (const [key, value] of Object.entries(now)) {
        if (value !== undefined && JSON.stringify(value) !== JSON.stringify(vf[key])) {
          body[key] = value;
        }
      }
      return Object.keys(body).length > 0 ? patch(path(vf.name), body) : vf;
    },
  }).then((done) => done && outcome(null, `${vf.name} is changed.`));
}

export async function bringOnline(vf) {
  await post(`${path(vf.name)}/online`);
  await outcome(null, `${vf.name} is online.`);
}

export function takeOffline(vf) {
  const hosts = state.history.counters(vf.name)?.hosts ?? [];
  return form({
    title: `Take ${vf.name} offline`,
    action: 'Take offline',
    danger: hosts.length > 0,
    fields: () => [],
    below: () => consequences([
      { text: hosts.length > 0 ? `Commands under way come to their end; then the connections of ${plural(hosts.length, 'host')} end: ${hosts.join(', ')}` : 'No host is connected.' },
      { text: 'A Linux host tries again every 10 seconds, for 10 minutes unless told otherwise; its I/O waits meanwhile. Nothing is lost.' },
    ]),
    submit: async () => post(`${path(vf.name)}/offline`),
  }).then((done) => done && outcome(null, `${vf.name} is offline.`));
}

export function deleteVf(vf) {
  const holds = vf.namespaces;
  const size = holds.reduce((sum, ns) => sum + ns.bytes, 0);
  return form({
    title: `Remove ${vf.name}`,
    action: 'Remove',
    danger: true,
    wide: true,
    fields: () => [
      holds.length > 0 ? { name: 'namespaces', kind: 'radio', label: `Its ${plural(holds.length, 'namespace')}, ${bytes(size)}`, initial: 'detach', options: [
        { value: 'detach', label: 'Keep', hint: `They are detached and stay ${vf.tenant}'s.` },
        { value: 'delete', label: 'Erase and delete', hint: 'Each is erased, verified, and deleted.' },
      ] } : null,
      confirmField(vf.name),
    ],
    below: (values) => consequences([
      { text: 'Its hosts are disconnected, and cannot connect again. Its keys are gone. Its number is never used again.' },
      values.namespaces === 'delete' ? { lost: 'It cannot be undone.', text: `All data of ${vf.tenant} in ${holds.map((ns) => ns.name).join(', ')} (${bytes(size)}) is destroyed.` } : null,
      values.namespaces === 'detach' ? { text: `${holds.map((ns) => ns.name).join(', ')} can be attached to another virtual function of ${vf.tenant} with all data.` } : null,
    ]),
    ready: (values) => confirmed(values, vf.name),
    submit: async (values) => ({ answer: await remove(path(vf.name) + (values.namespaces ? `?namespaces=${values.namespaces}` : '')) }),
  }).then(async (done) => {
    if (done) {
      location.hash = '#/vfs';
      await outcome(done.answer, `${vf.name} is removed.`);
    }
    refresh();
  });
}
