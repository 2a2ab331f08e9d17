// Fields and words of what destroys data.

import { h } from '../ui/dom.js';
import { wholeNumber } from '../ui/fields.js';
import { METHODS, usualMethod, called } from '../words.js';
import { bytes } from '../format.js';

/** How it is to be erased. `when`: whether it is. */
export function wipeFields(ns, when = () => true) {
  const usual = usualMethod(ns);
  const overwrites = (values) => when(values) && values.method === 'overwrite';
  return [
    { name: 'method', kind: 'select', group: 'How it is erased', label: 'Method', initial: '', when, calledAlso: ['encrypted'],
      options: [
        { value: '', label: `usual (${usual})` },
        ...Object.keys(METHODS).filter((method) => method !== 'crypto' || ns.encrypted).map((method) => ({ value: method, label: method })),
      ],
      hint: (values) => `${METHODS[values.method || usual]}.` },
    { name: 'verification', kind: 'select', group: 'How it is erased', label: 'Verification', initial: '', when,
      options: [{ value: '', label: 'usual' }, { value: 'full', label: 'full' }, { value: 'sampled', label: 'sampled' }],
      hint: 'Read back before anybody else has it: all of it, or samples.' },
    { name: 'passes', kind: 'number', group: 'How it is erased', label: 'Passes', when: overwrites, check: wholeNumber(1, 16), placeholder: '1' },
    { name: 'pattern', kind: 'number', group: 'How it is erased', label: 'Pattern', when: overwrites, check: wholeNumber(0, 4294967295), placeholder: '0', hint: '32 bits, as a number.' },
    { name: 'invert', kind: 'check', group: 'How it is erased', label: 'Invert it in every second pass', when: overwrites, initial: false },
  ];
}

/** What was chosen, as the API takes it; undefined if nothing was. */
export function wipeOf(values) {
  const wipe = {};
  for (const name of ['method', 'verification']) {
    if (values[name]) {
      wipe[name] = values[name];
    }
  }
  if (values.method === 'overwrite') {
    for (const name of ['passes', 'pattern']) {
      if (values[name]?.trim()) {
        wipe[name] = Number(values[name]);
      }
    }
    if (values.invert) {
      wipe.invert = true;
    }
  }
  return Object.keys(wipe).length > 0 ? wipe : undefined;
}

/** The same as a query. */
export function wipeQuery(values) {
  const query = new URLSearchParams(wipeOf(values) ?? {}).toString();
  return query ? `?${query}` : '';
}

/** The name has to be typed before data is destroyed. */
export function confirmField(name, when = () => true) {
  return { name: 'confirm', label: `Type ${name} to confirm`, required: true, wide: true, when, placeholder: name,
    check: (value) => (value.trim() === name ? null : `This is not the name: ${name}`) };
}

export function confirmed(values, name) {
  return values.confirm?.trim() === name;
}

/** What will happen, step by step; what cannot be undone stands out. */
export function consequences(steps) {
  return h('div', { class: 'consequences', key: 'consequences', 'aria-live': 'polite' },
    h('h3', null, 'What will happen'),
    h('ol', null, steps.filter(Boolean).map((step) =>
      h('li', { class: step.lost ? 'lost' : null }, step.lost ? h('b', null, step.lost) : null, step.lost ? ' ' : null, step.text))));
}

/** The step that destroys what a namespace holds. */
export function destruction(ns, values) {
  const method = values.method || usualMethod(ns);
  return {
    lost: 'It cannot be undone.',
    text: `All data of ${ns.owner} in ${called(ns)}, ${bytes(ns.bytes)}, is destroyed: ${METHODS[method]} (${method}), then verified. `
      + 'Once begun, it cannot be stopped. The audit log keeps the evidence.',
  };
}

/** The step that takes a disk away from hosts. */
export function takenAway(ns) {
  return ns.vf
    ? { text: `Hosts of ${ns.vf} lose the disk (NSID ${ns.nsid}) at once. What a host has not yet written is lost: unmount it there first.` }
    : null;
}
