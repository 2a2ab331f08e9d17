// Small things that several pages show.

import { h } from './dom.js';
import { bytes, number, percent, rate, seconds, bytesRate, capital } from '../format.js';

/** A state, as a word in a colour that says how good it is. */
export function badge(word, tone) {
  return h('span', { class: `badge ${tone ?? tones[word] ?? ''}` }, word);
}

const tones = {
  online: 'good', draining: 'warn', offline: 'off',
  attached: 'good', available: 'off', detached: 'warn', wiping: 'busy', quarantined: 'bad',
  running: 'busy', succeeded: 'good', failed: 'bad', done: 'good', cancelled: 'off',
};

/** How much of something is used. `parts` are {name, value, kind}; what is left of `total` stays empty. */
export function meter(label, parts, total, format = number) {
  const used = parts.reduce((sum, part) => sum + part.value, 0);
  const share = total > 0 ? used / total : 0;
  return h('div', { class: `meter ${share > 0.95 ? 'full' : ''}`, role: 'img', 'aria-label': `${label}: ${format(used)} of ${format(total)}, ${percent(share)}` },
    parts.map((part, at) => h('span', {
      key: part.name, class: `slice ${part.kind ?? `tint-${at % 6}`}`, title: `${part.name}: ${format(part.value)}`,
      style: { width: total > 0 ? `${Math.max(0.15, (part.value / total) * 100)}%` : '0' },
    })));
}

/** Terms and what they are. */
export function facts(pairs) {
  return h('dl', { class: 'facts' }, pairs.filter(Boolean).map(([term, value]) =>
    h('div', { key: term }, h('dt', null, term), h('dd', null, value))));
}

export function section(title, tools, ...children) {
  return h('section', { class: 'card', key: title, 'aria-label': title },
    h('div', { class: 'card-head' }, h('h2', null, title), tools),
    children);
}

/** A long identifier: all of it is there to be copied. */
export function code(text) {
  return h('code', { title: text }, text);
}

export function notice(tone, ...children) {
  return h('div', { class: `notice ${tone}`, role: tone === 'bad' ? 'alert' : null }, children);
}

/** How far an operation is. */
export function progress(op) {
  const words = op.state !== 'running'
    ? op.state
    : [op.phase ? capital(op.phase) : 'Waiting for its turn', op.bytesPerSecond ? bytesRate(op.bytesPerSecond) : null,
      op.etaSeconds !== null && op.etaSeconds !== undefined ? `${seconds(op.etaSeconds)} left` : null].filter(Boolean).join(' · ');
  return h('div', { class: 'progress' },
    h('progress', { max: '100', value: String(op.percent), 'aria-label': `${op.kind} of ${op.subject}` }, `${op.percent} %`),
    h('span', { class: 'progress-words' }, h('b', null, `${op.percent} %`), ` ${words}`));
}

/** What it does, against what it may: the figure, and a bar where there is a limit. */
export function against(value, limit, format) {
  return h('span', { class: 'against' },
    h('span', null, format(value)),
    limit ? h('span', { class: 'bar', 'aria-hidden': 'true' },
      h('span', { class: value / limit > 0.97 ? 'hot' : '', style: { width: `${Math.min(100, ((value ?? 0) / limit) * 100)}%` } })) : null);
}

const LIMITS = [
  ['totalIops', 'IOPS', false], ['readIops', 'Read IOPS', false], ['writeIops', 'Write IOPS', false],
  ['totalBytes', 'Throughput', true], ['readBytes', 'Read throughput', true], ['writeBytes', 'Write throughput', true],
];

/** The rate of a limit, which may stand alone or with a burst. */
export function rateOf(limit) {
  return limit === undefined || limit === null ? null : typeof limit === 'number' ? limit : limit.rate;
}

function limitWords(limit, isBytes) {
  const format = isBytes ? bytes : number;
  if (typeof limit === 'number') {
    return `${format(limit)}/s`;
  }
  return `${format(limit.rate)}/s` + (limit.burstRate
    ? `, ${format(limit.burstRate)}/s while there are credits (${format(limit.credits)})`
    : `, ${format(limit.burst)} at once after idleness`);
}

/** Limits, each in its unit; null if there are none. */
export function limitList(limits) {
  const rows = LIMITS.filter(([name]) => limits?.[name] !== undefined).map(([name, label, isBytes]) => [label, limitWords(limits[name], isBytes)]);
  if (limits?.share) {
    rows.push(['Guaranteed', `${number(limits.share.minIops)} IOPS of 4 KiB`], ['Weight', number(limits.share.weight)]);
  }
  return rows.length === 0 ? null : facts(rows);
}

/** In a few words, for a table. */
export function limitSummary(limits) {
  const rates = [rateOf(limits?.totalIops), rateOf(limits?.readIops), rateOf(limits?.writeIops)];
  const sizes = [rateOf(limits?.totalBytes), rateOf(limits?.readBytes), rateOf(limits?.writeBytes)];
  const words = (values, format, kinds) => values.map((value, at) => (value === null ? null : `${kinds[at]}${format(value)}`)).filter(Boolean);
  return [...words(rates, (value) => `${rate(value)} IOPS`, ['', 'r ', 'w ']), ...words(sizes, bytesRate, ['', 'r ', 'w '])].join(', ') || 'none';
}

/** What limits the sum of reads and writes: the limit of all, or those of both kinds together. */
export function ceiling(limits, unit) {
  const all = rateOf(limits?.[`total${unit}`]);
  const read = rateOf(limits?.[`read${unit}`]);
  const write = rateOf(limits?.[`write${unit}`]);
  const apart = read !== null && write !== null ? read + write : null;
  return all !== null && apart !== null ? Math.min(all, apart) : all ?? apart;
}
