// What can be done with namespaces.

import { patch, post, remove } from '../api.js';
import { namespace, refresh, state } from '../store.js';
import { h } from '../ui/dom.js';
import { form, open } from '../ui/dialog.js';
import { name } from '../ui/fields.js';
import { badge, facts } from '../ui/parts.js';
import { bytes, exactBytes, parseBytes } from '../format.js';
import { called } from '../words.js';
import { mayOperate } from '../session.js';
import { confirmed, confirmField, consequences, destruction, takenAway, wipeFields, wipeOf, wipeQuery } from './erasing.js';
import { follow, outcome } from './operations.js';

const path = (ns) => `/v1/namespaces/${encodeURIComponent(ns.id)}`;

function sizeCheck(text) {
  const value = parseBytes(text);
  return value === null || value < 4096 || value % 4096 !== 0 ? 'A multiple of 4096 bytes, such as 100GiB.' : null;
}

function vfOptions(except) {
  return state.vfs.filter((vf) => vf.name !== except).map((vf) => ({ value: vf.name, label: vf.tenant === vf.name ? vf.name : `${vf.name} (tenant ${vf.tenant})` }));
}

/** Makes one; attached to a virtual function if one is named. */
export function createNamespace(vf = '') {
  return form({
    title: 'Create a namespace',
    intro: 'A namespace is a disk. A new one is all zeros.',
    action: 'Create',
    fields: () => [
      { name: 'bytes', label: 'Size', required: true, autofocus: true, check: sizeCheck, calledAlso: ['size'],
        placeholder: '100GiB', hint: `${bytes(state.pf?.pool.free)} are free in the pool.` },
      { name: 'name', label: 'Name', check: name(64), calledAlso: ['already'], hint: 'Unique. Left out, it is called by its id.' },
      { name: 'vf', kind: 'select', label: 'Virtual function', initial: vf, options: [{ value: '', label: 'none: it stays available' }, ...vfOptions()],
        hint: 'Whose hosts see it at once, as a new disk.' },
      { name: 'lbaSize', kind: 'select', label: 'Logical block', initial: '4096', options: [{ value: '4096', label: '4096 bytes' }, { value: '512', label: '512 bytes' }],
        hint: 'The smallest piece that a host can read or write.' },
    ],
    submit: async (values) => {
      const body = { bytes: parseBytes(values.bytes), lbaSize: Number(values.lbaSize) };
      if (values.name.trim()) {
        body.name = values.name.trim();
      }
      if (values.vf) {
        body.vf = values.vf;
      }
      const made = await post('/v1/namespaces', body);
      await outcome(null, `${called(made)} is created${made.vf ? `, and attached to ${made.vf} as NSID ${made.nsid}` : ''}.`);
    },
  });
}

/** To a virtual function: attaching what is free, or taking it from where it is. */
export function moveNamespace(ns, reassign = ns.state === 'attached') {
  const options = vfOptions(ns.vf);
  const tenantOf = (name) => state.vfs.find((vf) => vf.name === name)?.tenant;
  const keeps = (values) => ns.owner === null || (ns.owner === tenantOf(values.vf) && !values.erase);
  return form({
    title: `${reassign ? 'Reassign' : 'Attach'} ${called(ns)}`,
    action: reassign ? 'Reassign' : 'Attach',
    danger: ns.owner !== null,
    wide: true,
    fields: (values) => [
      { name: 'vf', kind: 'select', label: 'To the virtual function', initial: options[0]?.value ?? '', options, autofocus: true, wide: true,
        hint: ns.owner === null ? 'It belongs to nobody: it is all zeros.' : `It holds data of tenant ${ns.owner}. Within one tenant it keeps them.` },
      reassign && ns.owner === tenantOf(values.vf) ? { name: 'erase', kind: 'check', label: 'Erase it all the same', initial: false, wide: true } : null,
      ...wipeFields(ns, (now) => !keeps(now)),
      confirmField(ns.name, (now) => !keeps(now)),
    ],
    below: (values) => consequences([
      takenAway(ns),
      keeps(values) ? null : destruction(ns, values),
      keeps(values)
        ? { text: ns.owner === null ? `Hosts of ${values.vf} see it as a new disk of zeros.` : `Hosts of ${values.vf} see the same disk, with the data of ${ns.owner}: same UUID.` }
        : { text: `Then hosts of ${values.vf} (tenant ${tenantOf(values.vf)}) see a new disk of zeros, with a new UUID. Until then nobody has it.` },
    ]),
    ready: (values) => Boolean(values.vf) && (keeps(values) || confirmed(values, ns.name)),
    submit: async (values) => {
      const wipe = keeps(values) ? undefined : wipeOf(values) ?? (values.erase ? {} : undefined);
      return { answer: await post(`${path(ns)}/${reassign ? 'reassign' : 'attach'}`, { vf: values.vf, wipe }), to: values.vf };
    },
  }).then((done) => done && outcome(done.answer, `${called(ns)} is attached to ${done.to}.`));
}

export function detachNamespace(ns) {
  return form({
    title: `Detach ${called(ns)}`,
    action: 'Detach',
    fields: () => [],
    below: () => consequences([takenAway(ns), { text: `The data stays, and stays ${ns.owner}'s: it can be attached to any virtual function of this tenant as it was.` }]),
    submit: async () => ({ answer: await post(`${path(ns)}/detach`) }),
  }).then((done) => done && outcome(null, `${called(ns)} is detached.`));
}

/** Erases it for everybody's use, or for good. */
export function eraseNamespace(ns, forGood) {
  const holds = ns.owner !== null;
  return form({
    title: `${forGood ? 'Delete' : 'Release'} ${called(ns)}`,
    action: forGood ? 'Delete' : 'Release',
    danger: true,
    wide: true,
    fields: () => [...wipeFields(ns, () => holds), confirmField(ns.name)],
    below: (values) => consequences([
      takenAway(ns),
      holds ? destruction(ns, values) : { text: 'It belongs to nobody and is all zeros: nothing is lost.' },
      { text: forGood ? `Then ${bytes(ns.bytes)} of the pool are free again. Its id is never used again.` : 'Then it is available to everybody.' },
    ]),
    ready: (values) => confirmed(values, ns.name),
    submit: async (values) => ({
      answer: forGood ? await remove(path(ns) + wipeQuery(values)) : await post(`${path(ns)}/release`, { wipe: wipeOf(values) }),
    }),
  }).then((done) => done && outcome(done.answer, `${called(ns)} is ${forGood ? 'deleted' : 'available'}.`));
}

function retryNamespace(ns) {
  return form({
    title: `Erase ${called(ns)} again`,
    action: 'Try again',
    danger: true,
    wide: true,
    intro: 'An erasure of it failed. It goes on for what it was meant, when the cause is repaired.',
    fields: () => wipeFields(ns),
    below: (values) => consequences([destruction(ns, values)]),
    submit: async (values) => ({ answer: await post(`${path(ns)}/retry`, { wipe: wipeOf(values) }) }),
  }).then((done) => done && outcome(done.answer, `${called(ns)} is erased.`));
}

function discardNamespace(ns) {
  return form({
    title: `Discard ${called(ns)} without erasing it`,
    action: 'Discard',
    danger: true,
    fields: () => [confirmField(ns.name)],
    below: () => consequences([{ lost: 'It is not erased.', text: `What ${ns.owner} had stored in it may stay on the disk, for whoever gets that part of it. The audit log says so.` }]),
    ready: (values) => confirmed(values, ns.name),
    submit: async () => ({ answer: await post(`${path(ns)}/discard`) }),
  }).then((done) => done && outcome(null, `${called(ns)} is discarded.`));
}

function resizeNamespace(ns) {
  const smaller = (values) => (parseBytes(values.bytes ?? '') ?? ns.bytes) < ns.bytes;
  return form({
    title: `Resize ${called(ns)}`,
    action: 'Resize',
    fields: () => [
      { name: 'bytes', label: 'Size', required: true, autofocus: true, initial: exactBytes(ns.bytes), check: sizeCheck, calledAlso: ['size'],
        hint: `Now ${bytes(ns.bytes)}; ${bytes(state.pf?.pool.free)} more are free.` },
      confirmField(ns.name, smaller),
    ],
    below: (values) => consequences([smaller(values)
      ? { lost: 'It cannot be undone.', text: `What is behind the new end is lost for its hosts: ${bytes(ns.bytes - parseBytes(values.bytes))}. It is no erasure, and leaves no evidence.` }
      : { text: 'Its hosts see the new size without connecting again.' }]),
    ready: (values) => !smaller(values) || confirmed(values, ns.name),
    submit: async (values) => patch(path(ns), smaller(values) ? { bytes: parseBytes(values.bytes), allowShrink: true } : { bytes: parseBytes(values.bytes) }),
  }).then((done) => done && outcome(null, `${called(ns)} has ${bytes(done.bytes)} now.`));
}

function protectNamespace(ns) {
  return form({
    title: `${ns.writeProtected ? 'Allow writes to' : 'Write-protect'} ${called(ns)}`,
    action: ns.writeProtected ? 'Allow writes' : 'Write-protect',
    fields: () => [],
    below: () => consequences([{ text: ns.writeProtected ? 'Hosts can write to it again.' : 'Hosts can read it; their writes are refused (Namespace is Write Protected).' }]),
    submit: async () => patch(path(ns), { writeProtected: !ns.writeProtected }),
  }).then((done) => done && outcome(null, `${called(ns)} is ${done.writeProtected ? 'write-protected' : 'writable'}.`));
}

/** All about one, and what can be done with it in the state that it is in. */
export function manageNamespace(id) {
  const choices = (ns) => [
    ns.state === 'attached' ? ['Reassign …', 'To another virtual function; erased first, unless both have one tenant.', () => moveNamespace(ns)] : null,
    ns.state === 'attached' ? ['Detach …', 'Takes it away from its hosts; the data stays.', () => detachNamespace(ns)] : null,
    ns.state === 'available' || ns.state === 'detached' ? ['Attach …', 'Gives it to a virtual function.', () => moveNamespace(ns, false)] : null,
    ns.state === 'attached' || ns.state === 'detached' ? ['Resize …', 'Makes it larger or smaller.', () => resizeNamespace(ns)] : null,
    ns.state === 'attached' ? [ns.writeProtected ? 'Allow writes …' : 'Write-protect …', ns.writeProtected ? 'Hosts may write to it again.' : 'Hosts may read it, and not write.', () => protectNamespace(ns)] : null,
    ns.state === 'attached' || ns.state === 'detached' ? ['Release …', 'Erases it for everybody’s use.', () => eraseNamespace(ns, false), true] : null,
    ns.state === 'quarantined' ? ['Try again …', 'Erases it for what it was meant.', () => retryNamespace(ns), true] : null,
    ns.state === 'quarantined' ? ['Discard …', 'Deletes it without erasing it.', () => discardNamespace(ns), true] : null,
    ns.state === 'wiping' ? ['Watch the erasure …', 'How far it is.', () => follow(state.operations.find((op) => op.id === ns.operation))] : null,
    ns.state !== 'wiping' ? ['Delete …', ns.owner === null ? 'Deletes it.' : 'Erases and deletes it.', () => eraseNamespace(ns, true), true] : null,
  ].filter(Boolean);
  return open(`Namespace ${id}`, (dialog) => {
    const ns = namespace(id);
    if (!ns) {
      return h('div', { class: 'dialog-body' }, h('p', null, 'It is not there any more.'));
    }
    return h('div', { class: 'dialog-body' },
      facts([
        ['Name', ns.name], ['State', badge(ns.state)], ['Virtual function', ns.vf ? `${ns.vf}, NSID ${ns.nsid}` : 'none'],
        ['Owner', ns.owner ?? 'nobody'], ['Size', `${bytes(ns.bytes)} in blocks of ${ns.lbaSize} bytes`],
        ['Encrypted', ns.encrypted ? 'yes, with a key of its own' : 'no'], ['UUID', h('code', null, ns.uuid)],
        ['Ready', ns.ready ? 'yes' : ns.state === 'attached' ? 'no: its storage cannot be used; hosts are answered Namespace Not Ready' : 'no host has it'],
      ]),
      mayOperate()
        ? h('ul', { class: 'choices-list' }, choices(ns).map(([label, words, act, danger]) =>
          h('li', { key: label }, h('button', { type: 'button', class: danger ? 'danger-quiet' : null, onclick: () => {
            dialog.close();
            act();
          } }, label), h('span', { class: 'hint' }, words))))
        : null);
  }).then(refresh);
}
