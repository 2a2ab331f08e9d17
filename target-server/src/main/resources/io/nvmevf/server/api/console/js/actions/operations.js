// Following an operation until it ends.

import { get, Problem } from '../api.js';
import { refresh } from '../store.js';
import { h } from '../ui/dom.js';
import { open } from '../ui/dialog.js';
import { facts, notice, progress } from '../ui/parts.js';
import { say } from '../ui/messages.js';
import { describe } from '../words.js';
import { dateTime } from '../format.js';

const LOOK_AGAIN_MS = 700;

/** Shows an operation, and follows it as long as the dialog is open. It goes on when that is closed. */
export function follow(operation) {
  let op = operation;
  let trouble = null;
  let closed = false;
  return open(`Operation ${op.id}`, (dialog) => {
    if (!dialog.following) {
      dialog.following = true;
      watch(dialog);
    }
    return [
      h('div', { class: 'dialog-body', 'data-operation': op.id, 'data-state': op.state },
        h('p', { class: 'intro' }, describe(op)),
        progress(op),
        h('p', { class: 'hidden', role: 'status' }, op.state === 'running' ? `${Math.floor(op.percent / 25) * 25} percent` : op.state),
        facts([
          ['Method', op.method === 'overwrite' ? `overwrite, ${op.passes} passes` : op.method],
          ['Verification', op.verification],
          ['Started', dateTime(op.started)],
          op.ended ? ['Ended', dateTime(op.ended)] : null,
        ]),
        op.error ? notice('bad', op.error) : null,
        trouble ? notice('warn', trouble, ' This page asks again.') : null,
        op.state === 'succeeded' ? notice('good', 'Done, and verified. The evidence is in the audit log.') : null,
        op.state === 'running' ? h('p', { class: 'quiet' }, 'It cannot be called off, and goes on when this is closed; a restart of the target goes on with it, too.') : null),
      h('footer', { class: 'dialog-foot' },
        h('button', { type: 'button', class: 'primary', autofocus: true, onclick: () => dialog.close() }, op.state === 'running' ? 'Go on in the background' : 'Close')),
    ];
  }, { onClose: () => {
    closed = true;
    refresh();
  } });

  async function watch(dialog) {
    while (op.state === 'running') {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      try {
        op = await get(`/v1/operations/${op.id}`);
        trouble = null;
      } catch (e) {
        if (!(e instanceof Problem)) {
          throw e;
        }
        trouble = e.message;
        if (e.status === 404) {
          return;
        }
      }
      if (!closed) {
        dialog.update();
      }
    }
    if (op.state !== 'running') {
      refresh();
      if (closed) {
        say(`${op.id}, ${op.kind} of ${op.subject}: ${op.state}`, op.state === 'failed' ? 'bad' : 'good');
      }
    }
  }
}

/** After a change: what was begun is followed, else what was done is said. */
export async function outcome(answer, done) {
  refresh();
  const operation = answer?.method ? answer : answer?.items?.[0]?.method ? answer.items.at(-1) : null;
  if (operation) {
    await follow(operation);
  } else {
    say(done);
  }
}
