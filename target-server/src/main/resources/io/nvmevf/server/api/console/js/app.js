// The console: which page is shown, and when it is drawn again.

import { askAgain } from './api.js';
import { createVf } from './actions/vfs.js';
import { attempt } from './attempt.js';
import { number, timeOfDay } from './format.js';
import * as keys from './keys.js';
import * as session from './session.js';
import { refresh, state, subscribe, watch } from './store.js';
import { onLook } from './ui/chart.js';
import { h, render } from './ui/dom.js';
import { notice } from './ui/parts.js';
import { onTable } from './ui/table.js';
import * as audit from './views/audit.js';
import * as calibration from './views/calibration.js';
import * as hosts from './views/hosts.js';
import * as namespaces from './views/namespaces.js';
import * as operations from './views/operations.js';
import * as pf from './views/pf.js';
import * as vf from './views/vf.js';
import * as vfs from './views/vfs.js';

const PAGES = [['pf', pf], ['vfs', vfs], ['namespaces', namespaces], ['operations', operations], ['hosts', hosts], ['calibration', calibration], ['audit', audit]];
const THEMES = [['auto', 'System'], ['light', 'Light'], ['dark', 'Dark']];

let place = null;
let drawing = 0;

/** Where the address says that we are. */
function located() {
  const [, name, argument] = /^#\/([a-z]+)(?:\/(.+))?$/.exec(location.hash) ?? [null, 'pf'];
  if (name === 'vfs' && argument) {
    return { name, page: vf, argument: decodeURIComponent(argument) };
  }
  const found = PAGES.find(([known]) => known === name) ?? PAGES[0];
  return { name: found[0], page: found[1], argument: undefined };
}

function watchPlace() {
  watch([...(place.page.watch?.(place.argument) ?? []), ...session.watched()]);
}

function go(focus) {
  place = located();
  watchPlace();
  document.title = `${place.page.title(place.argument)} · nvmevf`;
  draw();
  refresh();
  if (focus) {
    const main = document.getElementById('main');
    main.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }
}

/** Draws in the next frame, however often it is asked to before. */
function draw() {
  if (drawing === 0) {
    drawing = requestAnimationFrame(() => {
      drawing = 0;
      render(document.getElementById('top'), top());
      render(document.getElementById('nav'), nav());
      render(document.getElementById('main'), page());
    });
  }
}

function top() {
  const live = state.pf !== null && state.problem === null;
  return [
    h('a', { class: 'brand', href: '#/pf' }, h('img', { src: 'icon.svg', alt: '', width: '24', height: '24' }), h('b', null, 'nvmevf')),
    h('p', { class: `live ${live ? 'good' : 'bad'}` }, h('i', { 'aria-hidden': 'true' }), live ? `Live · ${timeOfDay(state.answered)}` : state.pf ? `No answer since ${timeOfDay(state.answered)}` : 'Not connected'),
    h('span', { class: 'spacer' }),
    session.signedIn() ? h('button', { type: 'button', class: 'plain', onclick: session.signOut }, session.role() ? `Sign out (${session.role()})` : 'Sign out') : null,
    h('label', { class: 'theme' }, h('span', { class: 'hidden' }, 'Colours'),
      h('select', { initialValue: theme(), onchange: (event) => setTheme(event.target.value) }, THEMES.map(([value, label]) => h('option', { value, key: value }, label)))),
    h('button', { type: 'button', class: 'plain', 'aria-label': 'Keyboard shortcuts', onclick: keys.help }, '?'),
  ];
}

function nav() {
  const counts = { vfs: state.vfs.length, namespaces: state.namespaces.length, operations: state.pf?.operationsRunning };
  return h('ul', null, PAGES.map(([name, one]) => h('li', { key: name },
    h('a', { href: `#/${name}`, 'aria-current': place.name === name ? 'page' : null }, one.title(),
      counts[name] ? h('span', { class: `count ${name === 'operations' ? 'busy' : ''}` }, number(counts[name])) : null))));
}

function page() {
  const problem = state.problem;
  const banner = problem === null ? null : h('div', { class: 'banner', key: 'banner' }, notice('bad', `${problem.message.charAt(0).toUpperCase()}${problem.message.slice(1)}. `,
    problem.status === 401
      ? h('button', { type: 'button', onclick: () => {
        askAgain();
        refresh();
      } }, 'Sign in …')
      : problem.status === 403 ? 'Sign in with a token that may look at this.' : state.pf ? 'What is shown is from before. This page asks again by itself.' : 'This page asks again by itself.'));
  return [banner, state.pf === null ? (problem === null ? h('p', { class: 'quiet' }, 'Asking the target …') : null) : place.page.view(place.argument)];
}

function theme() {
  return document.documentElement.dataset.theme ?? 'auto';
}

function setTheme(value) {
  if (value === 'auto') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem('nvmevf.theme');
  } else {
    document.documentElement.dataset.theme = value;
    localStorage.setItem('nvmevf.theme', value);
  }
  document.querySelector('.theme select').value = value;
}

session.start(watchPlace);
subscribe(draw);
onLook(draw);
onTable(draw);
audit.onAudit(draw);
keys.start({
  createVf: () => session.mayOperate() && attempt(createVf),
  switchTheme: () => setTheme(THEMES[(THEMES.findIndex(([value]) => value === theme()) + 1) % THEMES.length][0]),
});
window.addEventListener('hashchange', () => go(true));
document.addEventListener('visibilitychange', () => document.hidden || refresh());
document.querySelector('.skip').addEventListener('click', (event) => {
  // (The address says which page is shown.)
  event.preventDefault();
  document.getElementById('main').focus();
});
go(false);
