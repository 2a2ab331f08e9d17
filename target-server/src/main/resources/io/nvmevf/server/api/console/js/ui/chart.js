// Plots of the last minutes. Lines are SVG that is stretched to its place; what is read is text beside it, so it is never distorted.

import { h } from './dom.js';
import { WINDOW } from '../series.js';
import { seconds } from '../format.js';

const WIDTH = 600;
const HEIGHT = 160;
/** Seconds that a plot shows at least: it grows to the whole window as figures come. */
const LEAST = 30;
/** Seconds without a figure after which a line is interrupted. */
const GAP = 15;
/** Seconds of the small lines in tables, at most. */
const SPARK = 120;
/** A limit that is more times what happens would press all lines to the ground: it is named, not drawn. */
const MOST_ABOVE = 8;

/** Where each plot is looked at, in seconds before now; by its id. */
const looks = new Map();
let redraw = () => {};

/** Called when what is looked at has changed. */
export function onLook(callback) {
  redraw = callback;
}

/**
 * A plot with its legend, and its numbers as a table.
 *   lines: {name, value(point), kind}: kind is the colour, read, write, third or fourth
 *   limits: {name, value}
 *   format: of a value;  floor: the least top of the scale;  binary: whether its round figures are powers of two
 */
export function chart({ id, title, points, lines, limits = [], format, floor = 1, binary = false, empty = 'no commands' }) {
  const now = points.at(-1)?.t ?? 0;
  const most = Math.max(floor, ...points.flatMap((point) => lines.map((line) => line.value(point) ?? 0)));
  const drawn = limits.filter((limit) => points.length === 0 || limit.value <= most * MOST_ABOVE);
  const scale = nice(Math.max(most, ...drawn.map((limit) => limit.value)) * 1.06, binary);
  const span = Math.min(WINDOW, Math.max(LEAST, Math.ceil((now - (points[0]?.t ?? now)) / 30) * 30));
  const look = looks.get(id);
  const shown = look === undefined ? points.at(-1) : nearest(points, now - look);
  return h('figure', { class: 'chart', key: id },
    h('figcaption', null,
      h('span', { class: 'chart-title', id: `${id}-title` }, title),
      h('span', { class: 'chart-when' }, look === undefined || !shown ? 'now' : `${seconds(now - shown.t)} ago`)),
    h('ul', { class: 'legend' },
      lines.map((line) => h('li', { class: `line-${line.kind}` }, h('i'), `${line.name} `, h('b', null, shown ? format(line.value(shown)) : '–'))),
      limits.map((limit) => h('li', { class: 'line-limit' }, h('i'), `${limit.name} `, h('b', null, format(limit.value)),
        drawn.includes(limit) ? null : ' (above this scale)'))),
    h('div', { class: 'plot' },
      h('ol', { class: 'ticks', 'aria-hidden': 'true' },
        scale.ticks.map((tick) => h('li', { key: String(tick), style: { top: `${100 - (tick / scale.top) * 100}%` } }, format(tick)))),
      h('div', {
        class: 'canvas', tabindex: '0', role: 'img', 'aria-label': inWords(title, points, lines, limits, format, empty, span),
        onpointermove: (event) => pointed(event, id, span), onpointerleave: () => look !== undefined && lookAt(id, undefined),
        onkeydown: (event) => pressed(event, id, span), onblur: () => looks.has(id) && lookAt(id, undefined),
      },
        h('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
          scale.ticks.map((tick) => h('line', { class: 'grid', x1: 0, x2: WIDTH, y1: y(tick, scale.top), y2: y(tick, scale.top) })),
          drawn.map((limit) => h('line', { class: 'limit', x1: 0, x2: WIDTH, y1: y(limit.value, scale.top), y2: y(limit.value, scale.top) })),
          lines.map((line, at) => area(line, points, now, span, scale.top, at)),
          lines.map((line) => h('path', { class: `path line-${line.kind}`, d: path(points, line.value, now, span, scale.top) })),
          shown && look !== undefined ? h('line', { class: 'look', x1: x(shown.t, now, span), x2: x(shown.t, now, span), y1: 0, y2: HEIGHT }) : null),
        points.length === 0 ? h('p', { class: 'chart-wait' }, 'The first figures come in a few seconds.') : null),
      h('ol', { class: 'times', 'aria-hidden': 'true' }, h('li', null, `${seconds(span)} ago`), h('li', null, seconds(span / 2)), h('li', null, 'now'))),
    table(id, title, points, lines, limits, format, now));
}

function inWords(title, points, lines, limits, format, empty, span) {
  if (points.length === 0) {
    return `${title}: no figures yet`;
  }
  const of = (line) => {
    const values = points.map(line.value).filter((value) => value !== null && value !== undefined);
    return values.length === 0
      ? `${line.name}: ${empty}`
      : `${line.name}: ${format(line.value(points.at(-1)))} now, at most ${format(Math.max(...values))}`;
  };
  return [`${title}, the last ${seconds(span)}`, ...lines.map(of), ...limits.map((limit) => `${limit.name} ${format(limit.value)}`)].join('; ');
}

/** What the plot shows, for those who cannot see it, and for copying. */
function table(id, title, points, lines, limits, format, now) {
  const open = looks.get(`${id} table`) === true;
  const rows = [];
  for (let ago = 0; open && ago <= WINDOW; ago += 30) {
    const point = nearest(points, now - ago);
    if (point && Math.abs(now - ago - point.t) < 15) {
      rows.push(h('tr', null, h('th', { scope: 'row' }, ago === 0 ? 'now' : `${seconds(ago)} ago`),
        lines.map((line) => h('td', { class: 'num' }, format(line.value(point))))));
    }
  }
  return h('details', { class: 'chart-numbers', ontoggle: (event) => {
    if (event.target.open !== (looks.get(`${id} table`) === true)) {
      looks.set(`${id} table`, event.target.open);
      redraw();
    }
  } },
    h('summary', null, 'Numbers', h('span', { class: 'hidden' }, ` of ${title}`)),
    open ? h('table', null,
      h('thead', null, h('tr', null, h('th', { scope: 'col' }, 'when'), lines.map((line) => h('th', { scope: 'col', class: 'num' }, line.name)))),
      h('tbody', null, rows)) : null);
}

function pointed(event, id, span) {
  const box = event.currentTarget.getBoundingClientRect();
  lookAt(id, span * (1 - Math.min(1, Math.max(0, (event.clientX - box.left) / box.width))));
}

function pressed(event, id, span) {
  const step = { ArrowLeft: 2, ArrowRight: -2, PageUp: 30, PageDown: -30 }[event.key];
  if (step !== undefined) {
    event.preventDefault();
    lookAt(id, Math.min(span, Math.max(0, (looks.get(id) ?? 0) + step)));
  } else if (event.key === 'Home' || event.key === 'End') {
    event.preventDefault();
    lookAt(id, event.key === 'Home' ? span : 0);
  }
}

function lookAt(id, ago) {
  if (ago === undefined) {
    looks.delete(id);
  } else {
    looks.set(id, ago);
  }
  redraw();
}

function nearest(points, t) {
  return points.reduce((best, point) => (best === undefined || Math.abs(point.t - t) < Math.abs(best.t - t) ? point : best), undefined);
}

const x = (t, now, span) => (WIDTH * (1 - (now - t) / span)).toFixed(1);
const y = (value, top) => (HEIGHT * (1 - value / top)).toFixed(1);

function path(points, value, now, span, top) {
  let text = '';
  let pen = false;
  let last = null;
  for (const point of points) {
    const at = value(point);
    if (last !== null && point.t - last > GAP) {
      pen = false;
    }
    last = point.t;
    if (at === null || at === undefined) {
      pen = false;
    } else {
      text += `${pen ? 'L' : 'M'}${x(point.t, now, span)} ${y(at, top)}`;
      pen = true;
    }
  }
  return text;
}

/** Only below lines without gaps. */
function area(line, points, now, span, top, at) {
  const full = points.length > 1 && points.every((point) => line.value(point) !== null && line.value(point) !== undefined);
  const d = full ? `${path(points, line.value, now, span, top)}L${x(points.at(-1).t, now, span)} ${HEIGHT}L${x(points[0].t, now, span)} ${HEIGHT}Z` : '';
  return h('path', { class: `area line-${line.kind}`, d, key: `area-${at}` });
}

/** A scale with round figures. */
function nice(most, binary) {
  const rough = most / 4;
  const base = 10 ** Math.floor(Math.log10(rough));
  const step = binary ? 2 ** Math.ceil(Math.log2(rough)) : [1, 2, 2.5, 5, 10].map((one) => one * base).find((one) => one >= rough);
  const ticks = [];
  for (let tick = 0; tick <= most + step * 0.001; tick += step) {
    ticks.push(tick);
  }
  return { top: most, ticks };
}

/** A line of a few characters' size, without words: what it shows stands beside it. */
export function sparkline(points, value, limit) {
  const now = points.at(-1)?.t ?? 0;
  const recent = points.filter((point) => point.t > now - SPARK);
  const span = Math.max(LEAST, now - (recent[0]?.t ?? now));
  const most = Math.max(1, limit ?? 0, ...recent.map((point) => value(point) ?? 0)) * 1.05;
  let d = '';
  for (const point of recent) {
    d += `${d ? 'L' : 'M'}${(100 * (1 - (now - point.t) / span)).toFixed(1)} ${(22 * (1 - (value(point) ?? 0) / most)).toFixed(1)}`;
  }
  return h('svg', { class: 'spark', viewBox: '0 0 100 22', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    h('line', { class: 'limit', x1: 0, x2: 100, y1: limit ? 22 * (1 - limit / most) : -5, y2: limit ? 22 * (1 - limit / most) : -5 }),
    h('path', { class: 'path', d }));
}
