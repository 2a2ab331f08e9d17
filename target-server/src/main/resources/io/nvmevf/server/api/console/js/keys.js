// Keyboard shortcuts. Single keys, so they can be turned off, and do nothing while something is typed.

import { h } from './ui/dom.js';
import { open } from './ui/dialog.js';

const SETTING = 'nvmevf.shortcuts';
const PLACES = { p: 'pf', v: 'vfs', n: 'namespaces', o: 'operations', h: 'hosts', c: 'calibration', a: 'audit' };
const LIST = [
  [['g', 'p'], 'Physical function'], [['g', 'v'], 'Virtual functions'], [['g', 'n'], 'Namespaces'], [['g', 'o'], 'Operations'],
  [['g', 'h'], 'Hosts'], [['g', 'c'], 'Calibration'], [['g', 'a'], 'Audit log'],
  [['/'], 'Search in the table'], [['c'], 'Create a virtual function'], [['t'], 'Other colours'], [['?'], 'This list'],
  [['Esc'], 'Close a dialog'], [['←', '→'], 'In a plot: look back in time'],
];

let going = false;

function on() {
  return localStorage.getItem(SETTING) !== 'off';
}

export function start({ createVf, switchTheme }) {
  document.addEventListener('keydown', (event) => {
    const busy = event.ctrlKey || event.altKey || event.metaKey || document.querySelector('dialog[open]')
      || event.target.closest?.('input, textarea, select, [contenteditable]');
    if (busy || !on()) {
      return;
    }
    const went = going;
    going = false;
    if (went && PLACES[event.key]) {
      location.hash = `#/${PLACES[event.key]}`;
    } else if (event.key === 'g') {
      going = true;
    } else if (event.key === '/') {
      document.querySelector('main [data-search]')?.focus();
    } else if (event.key === 'c') {
      createVf();
    } else if (event.key === 't') {
      switchTheme();
    } else if (event.key === '?') {
      help();
    } else {
      return;
    }
    event.preventDefault();
  });
}

/** Shows the shortcuts. */
export function help() {
  return open('Keyboard', (dialog) => h('div', { class: 'dialog-body' },
    h('dl', { class: 'shortcuts' }, LIST.map(([keys, what]) => h('div', { key: what }, h('dt', null, keys.map((key) => [h('kbd', null, key), ' '])), h('dd', null, what)))),
    h('label', { class: 'choice' },
      h('input', { type: 'checkbox', initialChecked: on(), autofocus: true, onchange: (event) => {
        localStorage.setItem(SETTING, event.target.checked ? 'on' : 'off');
        dialog.update();
      } }), h('span', null, 'Single keys do this'))));
}
