// Tables with search, sorting and pages: what is not on the page is not drawn, so a thousand rows cost as much as fifty.

import { h } from './dom.js';
import { number } from '../format.js';

const PAGE = 50;
const views = new Map();
let redraw = () => {};

/** Called when a table is to be seen in another way. */
export function onTable(callback) {
  redraw = callback;
}

/**
 * A table.
 *   columns: {id, label, cell(row), by(row) if it can be sorted, num, nowrap}; the first one is the row's header
 *   text(row): what search looks through;  rowKey(row);  sort: id of the column that it is sorted by at first
 *   empty: what is said when there are no rows at all;  tools: what stands beside the search
 */
export function table({ id, caption, columns, rows, rowKey, text, sort, descending = false, empty, tools = [], search = true, none = '' }) {
  let view = views.get(id);
  if (!view) {
    view = { sort: sort ?? columns[0].id, descending, query: '', page: 0 };
    views.set(id, view);
  }
  const change = (what) => {
    Object.assign(view, what);
    redraw();
  };
  const turn = (event, to) => {
    change({ page: to });
    event.target.closest('.table-block').scrollIntoView({ block: 'start' });
  };
  const words = view.query.toLowerCase().split(/\s+/).filter(Boolean);
  const found = words.length === 0 ? [...rows] : rows.filter((row) => {
    const within = text(row).toLowerCase();
    return words.every((word) => within.includes(word));
  });
  const by = columns.find((column) => column.id === view.sort)?.by;
  if (by) {
    found.sort((a, b) => compare(by(a), by(b)) * (view.descending ? -1 : 1));
  }
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(view.page, pages - 1);
  const first = page * PAGE;
  return h('div', { class: 'table-block', key: id },
    search || tools.length > 0 ? h('div', { class: 'table-tools' },
      search ? h('label', { class: 'search' }, h('span', { class: 'hidden' }, `Search ${caption}`),
        h('input', {
          type: 'search', placeholder: 'Search', 'data-search': true, autocomplete: 'off', spellcheck: 'false', initialValue: view.query,
          oninput: (event) => change({ query: event.target.value, page: 0 }),
        })) : null,
      h('span', { class: 'quiet count', role: 'status' }, words.length > 0 ? `${number(found.length)} of ${number(rows.length)}` : number(rows.length)),
      h('span', { class: 'spacer' }),
      tools) : null,
    h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption },
      h('table', { 'aria-rowcount': found.length + 1 },
        h('caption', { class: 'hidden' }, caption),
        h('thead', null, h('tr', null, columns.map((column) => head(column, view, change)))),
        h('tbody', null, found.slice(first, first + PAGE).map((row) =>
          h('tr', { key: rowKey(row) }, columns.map((column, at) =>
            at === 0
              ? h('th', { scope: 'row' }, column.cell(row))
              : h('td', { class: column.num ? 'num' : column.nowrap ? 'nowrap' : null }, column.cell(row)))))))),
    rows.length === 0
      ? h('p', { class: 'empty' }, empty)
      : found.length === 0 ? h('p', { class: 'empty' }, none || `Nothing here has “${view.query}” in it.`) : null,
    pages > 1 ? h('div', { class: 'pager', role: 'group', 'aria-label': `Pages of ${caption}` },
      h('button', { type: 'button', disabled: page === 0, onclick: (event) => turn(event, page - 1) }, 'Previous'),
      h('span', null, `${number(first + 1)} to ${number(Math.min(found.length, first + PAGE))} of ${number(found.length)}`),
      h('button', { type: 'button', disabled: page === pages - 1, onclick: (event) => turn(event, page + 1) }, 'Next')) : null);
}

function head(column, view, change) {
  const sorted = view.sort === column.id;
  const props = { scope: 'col', class: column.num ? 'num' : null };
  if (!column.by) {
    return h('th', props, column.label);
  }
  return h('th', { ...props, 'aria-sort': sorted ? (view.descending ? 'descending' : 'ascending') : null },
    h('button', {
      type: 'button', class: 'sort',
      // (Figures are looked at from the largest down, names from the first on.)
      onclick: () => change({ sort: column.id, descending: sorted ? !view.descending : Boolean(column.num), page: 0 }),
    }, column.label, h('span', { class: 'arrow', 'aria-hidden': 'true' }, sorted ? (view.descending ? '▾' : '▴') : '')));
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') {
    return a - b;
  }
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
