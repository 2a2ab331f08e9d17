// Who looks at this, as far as the API tells.

import { onUnauthorized, setToken, token } from './api.js';
import { open } from './ui/dialog.js';
import { h } from './ui/dom.js';
import { state } from './store.js';

/** Only operators may list tokens: whether the API answers this tells the role. */
const OPERATORS_ONLY = '/v1/tokens';

/** What tells the role; not asked for where nobody signs in, and asked for once. */
export function watched() {
  return signedIn() ? [{ path: OPERATORS_ONLY, once: true }] : [];
}

/** The role of the token in use; null if that is not known. */
export function role() {
  const answer = state.extra[OPERATORS_ONLY];
  return answer === undefined ? null : answer === null ? 'read-only' : 'operator';
}

/** Whether what changes something is offered. The API decides; this only hides what it would refuse. */
export function mayOperate() {
  return role() === null || role() === 'operator';
}

/** Asks for a token whenever the API wants one; `changed` is called when there is another one. */
export function start(changed) {
  onUnauthorized((why, again) => {
    let text = '';
    return open(again ? 'Sign in again' : 'Sign in', (dialog) => h('form', { class: 'dialog-form', onsubmit: (event) => {
      event.preventDefault();
      if (text.trim()) {
        setToken(text.trim());
        dialog.close(true);
      }
    } },
      h('div', { class: 'dialog-body' },
        h('p', { class: 'intro' }, 'This target wants a bearer token. It stays in this tab and is forgotten with it.'),
        h('p', { class: again ? 'error' : 'quiet', id: 'token-why' }, why),
        h('div', { class: 'field wide' },
          h('label', { for: 'token' }, 'Token'),
          h('input', { id: 'token', type: 'password', autocomplete: 'off', spellcheck: 'false', autofocus: true, 'aria-describedby': 'token-why', oninput: (event) => {
            text = event.target.value;
          } }))),
      h('footer', { class: 'dialog-foot' }, h('button', { type: 'submit', class: 'primary' }, 'Sign in'))))
      .then((given) => {
        if (given) {
          changed();
        }
        return Boolean(given);
      });
  });
}

export function signedIn() {
  return token() !== null;
}

export function signOut() {
  setToken(null);
  location.reload();
}
