// Dialogs: the browser's own, so Esc closes them, focus stays inside, and goes back to where it was.

import { h, render } from './dom.js';
import { Problem } from '../api.js';
import { field, given } from './fields.js';

let count = 0;

/**
 * Opens a dialog. `content(dialog)` describes what is in it, again at each `dialog.update()`.
 * Resolves with what `dialog.close(value)` was given, undefined if it was dismissed.
 */
export function open(title, content, { wide = false, onClose } = {}) {
  const id = `dialog-${++count}`;
  const element = document.createElement('dialog');
  element.className = wide ? 'wide' : '';
  element.setAttribute('aria-labelledby', id);
  document.body.append(element);
  let result;
  const dialog = {
    element,
    update() {
      render(element,
        h('header', { class: 'dialog-head' },
          h('h2', { id }, title),
          h('button', { type: 'button', class: 'plain close', 'aria-label': 'Close', onclick: () => element.close() }, '✕')),
        content(dialog));
    },
    close(value) {
      result = value;
      element.close();
    },
  };
  return new Promise((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      onClose?.();
      resolve(result);
    });
    dialog.update();
    element.showModal();
    (element.querySelector('[autofocus]') ?? element.querySelector('.dialog-body input, .dialog-body select, .dialog-body textarea, .dialog-body button'))?.focus();
  });
}

/**
 * A form in a dialog. What the API refuses is said at the field that it names, else above the buttons; nothing that was typed is lost.
 *   fields(values): descriptions of fields, see fields.js
 *   below(values): what is shown beneath them
 *   ready(values): whether it can be sent
 *   submit(values): sends it; what it resolves with is the result
 */
export function form({ title, intro, fields, below, ready = () => true, action, danger = false, submit, wide = false }) {
  const values = {};
  const errors = new Map();
  let said = null;
  let failure = null;
  let busy = false;
  return open(title, (dialog) => {
    // (Which fields there are may depend on what others begin with.)
    begin(fields(values), values);
    const all = begin(fields(values), values);
    const shown = all.filter((spec) => spec.when?.(values) ?? true);
    const send = async (event) => {
      event.preventDefault();
      if (busy || !ready(values)) {
        return;
      }
      errors.clear();
      failure = null;
      for (const spec of shown) {
        const wrong = spec.name && given(spec, values) ? spec.check?.(values[spec.name], values) : spec.required ? `${spec.label} is needed.` : null;
        if (wrong) {
          errors.set(spec.name, wrong);
        }
      }
      if (errors.size === 0) {
        busy = true;
        dialog.update();
        try {
          dialog.close((await submit(values)) ?? true);
          return;
        } catch (e) {
          if (!(e instanceof Problem)) {
            throw e;
          }
          const at = blamed(shown, e.message);
          if (at) {
            errors.set(at.name, e.message);
            said = at.name;
          } else {
            failure = e;
          }
        } finally {
          busy = false;
        }
      }
      dialog.update();
      dialog.element.querySelector('[aria-invalid="true"], .notice.bad')?.focus();
    };
    const change = (name, value) => {
      values[name] = value;
      errors.delete(name);
      // (What the target refused may be right now, together with what was changed.)
      errors.delete(said);
      dialog.update();
    };
    return h('form', { class: 'dialog-form', novalidate: true, onsubmit: send },
      h('div', { class: 'dialog-body' },
        intro ? h('p', { class: 'intro' }, intro) : null,
        grouped(shown, (spec) => field(spec, values, errors.get(spec.name), change)),
        below?.(values, dialog)),
      failure ? h('div', { class: 'notice bad', role: 'alert', tabindex: '-1' }, failure.message, nextStep(failure)) : null,
      h('footer', { class: 'dialog-foot' },
        h('button', { type: 'button', onclick: () => dialog.element.close() }, 'Cancel'),
        h('button', { type: 'submit', class: danger ? 'danger' : 'primary', disabled: busy || !ready(values) }, busy ? 'Working …' : action)));
  }, { wide });
}

/** Gives fields that are new what they begin with; leaves out those that are not there. */
function begin(specs, values) {
  const there = specs.filter(Boolean);
  for (const spec of there) {
    if (spec.name && !(spec.name in values)) {
      values[spec.name] = spec.initial ?? '';
    }
  }
  return there;
}

/** Fields with the same group stand in one fieldset. */
function grouped(shown, draw) {
  const groups = [];
  for (const spec of shown) {
    const last = groups.at(-1);
    if (last && last.name === spec.group) {
      last.specs.push(spec);
    } else {
      groups.push({ name: spec.group, specs: [spec] });
    }
  }
  return groups.map((group) => (group.name
    ? h('fieldset', { key: `group ${group.name}` }, h('legend', null, group.name), h('div', { class: 'fields' }, group.specs.map(draw)))
    : h('div', { class: 'fields', key: `fields ${group.specs[0].name}` }, group.specs.map(draw))));
}

/** The field that a message is about: the API calls fields by their names. */
function blamed(specs, message) {
  const named = (word) => new RegExp(`(^|[^A-Za-z0-9])${word}([^A-Za-z0-9]|$)`).exec(message)?.index ?? -1;
  return specs
    .filter((spec) => spec.name)
    .map((spec) => ({ spec, at: Math.max(...[spec.name, ...(spec.calledAlso ?? [])].map(named)) }))
    .filter((one) => one.at >= 0)
    .sort((a, b) => a.at - b.at)[0]?.spec;
}

function nextStep(problem) {
  if (problem.isUnreachable) {
    return ' Nothing is known of whether it was done: look before you try again.';
  }
  if (problem.status === 409) {
    return ' The page behind this dialog shows what there is now.';
  }
  return problem.status === 403 ? ' Sign in with a token that may do this.' : null;
}
