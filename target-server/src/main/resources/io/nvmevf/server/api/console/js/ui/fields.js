// Fields of forms. Each has a label, and says what it is for, and what holds if it is left out.

import { h } from './dom.js';

/** Whether something was typed or chosen. */
export function given(spec, values) {
  const value = values[spec.name];
  return Array.isArray(value) ? value.length > 0 : value !== '' && value !== undefined && value !== null;
}

/**
 * A field.
 *   spec: {name, label, kind, initial, hint, options: [{value, label, hint}], check(value), required, group, when(values), wide}
 *   kind: text (default), number, area, select, check, checks, radio, note
 */
export function field(spec, values, error, change) {
  if (spec.kind === 'note') {
    return h('div', { class: 'field wide', key: spec.key ?? spec.label }, spec.content ?? h('p', { class: 'hint' }, spec.label));
  }
  const id = `field-${spec.name}`;
  const hint = typeof spec.hint === 'function' ? spec.hint(values) : spec.hint;
  const describes = [hint ? `${id}-hint` : null, error ? `${id}-error` : null].filter(Boolean).join(' ') || null;
  const common = { id, name: spec.name, 'aria-describedby': describes, 'aria-invalid': error ? 'true' : null, autofocus: spec.autofocus };
  const below = [
    hint ? h('p', { class: 'hint', id: `${id}-hint`, key: 'hint' }, hint) : null,
    error ? h('p', { class: 'error', id: `${id}-error`, key: 'error', role: 'alert' }, error) : null,
  ];
  const box = (...children) => h('div', { class: `field ${spec.wide || ['area', 'radio', 'checks'].includes(spec.kind) ? 'wide' : ''}`, key: spec.name }, children);
  if (spec.kind === 'check') {
    return box(h('label', { class: 'choice', for: id },
      h('input', { ...common, type: 'checkbox', initialChecked: Boolean(values[spec.name]), onchange: (event) => change(spec.name, event.target.checked) }),
      h('span', null, spec.label)), below);
  }
  if (spec.kind === 'radio' || spec.kind === 'checks') {
    return h('fieldset', { class: 'field wide choices', key: spec.name, 'aria-describedby': describes, id },
      h('legend', null, spec.label), spec.options.map((option) => choice(spec, option, values, change)), below);
  }
  const label = h('label', { for: id }, spec.label, spec.required ? null : h('span', { class: 'optional' }, spec.optional ?? ' optional'));
  const input = { ...common, initialValue: values[spec.name] ?? '', placeholder: spec.placeholder, oninput: (event) => change(spec.name, event.target.value) };
  if (spec.kind === 'select') {
    return box(h('label', { for: id }, spec.label),
      h('select', { ...input, onchange: input.oninput },
        spec.options.map((option) => h('option', { value: option.value, key: option.value }, option.label))), below);
  }
  if (spec.kind === 'area') {
    return box(label, h('textarea', { ...input, rows: '3', spellcheck: 'false' }), below);
  }
  return box(label, h('input', {
    ...input, type: 'text', inputmode: spec.kind === 'number' ? 'numeric' : null, autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', list: spec.list,
  }), below);
}

function choice(spec, option, values, change) {
  const many = spec.kind === 'checks';
  const id = `field-${spec.name}-${option.value}`;
  const chosen = values[spec.name];
  const pick = (event) => {
    if (!many) {
      change(spec.name, option.value);
    } else {
      change(spec.name, event.target.checked ? [...chosen, option.value] : chosen.filter((one) => one !== option.value));
    }
  };
  return h('div', { class: 'choice', key: String(option.value) },
    h('input', {
      id, type: many ? 'checkbox' : 'radio', name: spec.name, value: String(option.value), onchange: pick,
      'aria-describedby': option.hint ? `${id}-hint` : null, initialChecked: many ? chosen?.includes(option.value) : chosen === option.value,
    }),
    h('span', null, h('label', { for: id }, option.label), option.hint ? h('span', { class: 'hint', id: `${id}-hint` }, option.hint) : null));
}

/** A check: a whole number within bounds. */
export function wholeNumber(min, max) {
  return (value) => (/^\d+$/.test(value.trim()) && Number(value) >= min && Number(value) <= max ? null : `A whole number from ${min} to ${max}.`);
}

/** A check: a name of at most so many characters. */
export function name(max) {
  return (value) => (new RegExp(`^[a-z0-9][a-z0-9-]{0,${max - 1}}$`).test(value.trim())
    ? null
    : `Small letters, digits and hyphens, not a hyphen first, at most ${max} characters.`);
}

/** Lines as a list, without empty ones. */
export function lines(text) {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}
