// Limits as people type them: the same form as on the command line (docs/limits.md).

import { h } from '../ui/dom.js';
import { bytesRate, exactBytes, number, parseBytes, percent } from '../format.js';
import { facts, limitList, notice, rateOf } from '../ui/parts.js';
import { wholeNumber } from '../ui/fields.js';
import { state } from '../store.js';

const KINDS = [
  { name: 'totalIops', label: 'All commands', group: 'Commands a second' },
  { name: 'readIops', label: 'Reads', group: 'Commands a second' },
  { name: 'writeIops', label: 'Writes and others', group: 'Commands a second' },
  { name: 'totalBytes', label: 'All bytes', group: 'Bytes a second', bytes: true },
  { name: 'readBytes', label: 'Read', group: 'Bytes a second', bytes: true },
  { name: 'writeBytes', label: 'Written', group: 'Bytes a second', bytes: true },
];
/** Seconds that a command may wait for a limit, when all queues are full (docs/limits.md, the 10 s rule). */
const MOST_SECONDS = 10;

/** A limit such as 3000, 3000:burst=6000 or 300:burst-rate=3000,credits=5400000. @throws Error that says what is wrong */
export function parseLimit(text, isBytes) {
  const read = (part, what) => {
    const value = isBytes ? parseBytes(part) : /^\d+$/.test(part.trim()) ? Number(part) : null;
    if (value === null || value < 1) {
      throw new Error(isBytes ? `${what} must be a size such as 125MiB, or a number of bytes, from 1.` : `${what} must be a whole number from 1.`);
    }
    return value;
  };
  const [head, tail] = text.trim().split(/:(.*)/s);
  const limit = { rate: read(head, 'The rate') };
  if (tail === undefined) {
    return limit.rate;
  }
  const names = { burst: 'burst', 'burst-rate': 'burstRate', credits: 'credits' };
  for (const part of tail.split(',')) {
    const [key, value] = part.split('=');
    if (!(key.trim() in names)) {
      throw new Error(`“${key}” is not known; after the rate there may be :burst=N, or :burst-rate=N,credits=N.`);
    }
    limit[names[key.trim()]] = read(value ?? '', key.trim());
  }
  return limit;
}

function limitText(limit, isBytes) {
  const write = isBytes ? exactBytes : String;
  if (limit === undefined || limit === null) {
    return '';
  }
  if (typeof limit === 'number') {
    return write(limit);
  }
  return limit.burstRate
    ? `${write(limit.rate)}:burst-rate=${write(limit.burstRate)},credits=${write(limit.credits)}`
    : `${write(limit.rate)}:burst=${write(limit.burst)}`;
}

/** The fields of limits: none, a profile's, or own ones. */
export function limitFields(profiles, limits = {}, profile = null) {
  const own = Object.keys(limits).length > 0 && profile === null;
  const isOwn = (values) => values.limitMode === 'own';
  return [
    { name: 'limitMode', kind: 'radio', group: 'Limits', label: 'What it may do a second', initial: profile ? 'profile' : own ? 'own' : 'none', options: [
      { value: 'none', label: 'No limit', hint: 'It may do what the machine can.' },
      { value: 'profile', label: 'A profile', hint: 'A named set of limits. A change of the profile holds at once for all that have it.' },
      { value: 'own', label: 'Limits of its own' },
    ] },
    { name: 'profile', kind: 'select', group: 'Limits', label: 'Profile', initial: profile ?? profiles[0]?.name ?? '', when: (values) => values.limitMode === 'profile',
      options: profiles.map((one) => ({ value: one.name, label: one.preset ? `${one.name} (built in)` : one.name })) },
    ...KINDS.map((kind) => ({
      name: kind.name, label: kind.label, group: kind.group, initial: own ? limitText(limits[kind.name], kind.bytes) : '', when: isOwn, placeholder: 'no limit', optional: '',
      check: (text) => {
        try {
          parseLimit(text, kind.bytes);
          return null;
        } catch (e) {
          return e.message;
        }
      },
      hint: kind.name === 'totalIops' ? 'Such as 5000, or 300:burst-rate=3000,credits=5400000'
        : kind.name === 'totalBytes' ? 'Such as 125MiB, or 125MiB:burst=1GiB' : null,
    })),
    { name: 'minIops', label: 'Guaranteed commands', group: 'When the machine is short', when: isOwn, initial: own && limits.share ? String(limits.share.minIops) : '',
      check: wholeNumber(0, 1e9), placeholder: '0', calledAlso: ['guarantee'],
      hint: state.pf?.capacity ? `Commands of 4 KiB a second; ${number(state.pf.guarantees.free)} are left to be guaranteed.` : 'Needs a capacity of the physical function: calibrate it first.' },
    { name: 'weight', label: 'Weight', group: 'When the machine is short', when: isOwn, initial: own && limits.share ? String(limits.share.weight) : '',
      check: wholeNumber(1, 1000), placeholder: '100', hint: 'Its part of what nobody has guaranteed, against the weights of the others; 1 to 1000.' },
  ];
}

/** Own limits as the API takes them, without what cannot be read yet. */
function ownLimits(values) {
  const limits = {};
  for (const kind of KINDS) {
    try {
      if (values[kind.name]?.trim()) {
        limits[kind.name] = parseLimit(values[kind.name], kind.bytes);
      }
    } catch {
      // Its field says what is wrong.
    }
  }
  const share = {};
  for (const name of ['minIops', 'weight']) {
    if (/^\d+$/.test(values[name]?.trim() ?? '')) {
      share[name] = Number(values[name]);
    }
  }
  if (Object.keys(share).length > 0) {
    limits.share = share;
  }
  return limits;
}

/** What a request says of limits. `changing`: none takes away what there was. */
export function limitRequest(values, changing) {
  if (values.limitMode === 'profile') {
    return { profile: values.profile };
  }
  const limits = values.limitMode === 'own' ? ownLimits(values) : {};
  return Object.keys(limits).length > 0 ? { limits } : changing ? { noLimits: true } : {};
}

/** What the chosen limits come to, in the units of a disk, and whether queues of this size fit them. */
export function preview(values, profiles, ioQueues, queueDepth) {
  const limits = values.limitMode === 'profile'
    ? profiles.find((one) => one.name === values.profile)?.limits ?? {}
    : values.limitMode === 'own' ? ownLimits(values) : {};
  const list = limitList(limits);
  if (list === null) {
    return h('div', { class: 'preview', key: 'preview' }, h('h3', null, 'What it comes to'), h('p', { class: 'quiet' }, 'No limit: as much as the machine gives.'));
  }
  const iops = least(limits, 'Iops');
  const size = least(limits, 'Bytes');
  const most = (block) => Math.min(iops ?? Infinity, (size ?? Infinity) / block);
  return h('div', { class: 'preview', key: 'preview', 'aria-live': 'polite' },
    h('h3', null, 'What it comes to'),
    list,
    iops === null && size === null ? null : facts([
      ['With 4 KiB commands', `${number(most(4096))} IOPS, ${bytesRate(most(4096) * 4096)}`],
      ['With 128 KiB commands', `${number(most(131072))} IOPS, ${bytesRate(most(131072) * 131072)}`],
      state.pf?.capacity && iops !== null ? ['Of what the PF can do', `${percent(iops / state.pf.capacity.readIops)} of its 4 KiB reads`] : null,
    ]),
    tenSeconds(limits, ioQueues, queueDepth));
}

function least(limits, unit) {
  const read = rateOf(limits[`read${unit}`]);
  const write = rateOf(limits[`write${unit}`]);
  const all = rateOf(limits[`total${unit}`]);
  const kinds = read !== null && write !== null ? Math.max(read, write) : null;
  const known = [all, kinds, all === null && kinds === null ? read ?? write : null].filter((value) => value !== null);
  return known.length === 0 ? null : Math.min(...known);
}

function tenSeconds(limits, ioQueues, queueDepth) {
  const rates = ['totalIops', 'readIops', 'writeIops'].map((name) => rateOf(limits[name])).filter((value) => value !== null);
  if (rates.length === 0 || !(ioQueues > 0) || !(queueDepth > 0)) {
    return null;
  }
  const slowest = Math.min(...rates);
  const room = MOST_SECONDS * slowest;
  if (ioQueues * queueDepth <= room) {
    return null;
  }
  const depth = Math.floor(room / ioQueues);
  return notice('warn',
    `${number(ioQueues)} queues of ${number(queueDepth)} entries hold ${number(ioQueues * queueDepth)} commands; at ${number(slowest)} a second the last one would wait longer than ${MOST_SECONDS} s, and the host would reset. `,
    depth >= 2 ? `A queue depth of ${number(Math.min(1024, depth))} fits.` : `Fewer queues fit: ${number(Math.max(1, Math.floor(room / 2)))} of 2 entries.`);
}

