// Short messages of what was done. They stay for a while, are read out, and can be closed.

import { h, render } from './dom.js';

const STAY_MS = 12000;
let shown = [];
let last = 0;

export function say(text, tone = 'good') {
  const message = { id: `message-${++last}`, text, tone };
  shown = [...shown, message].slice(-3);
  draw();
  setTimeout(() => close(message), STAY_MS);
}

function close(message) {
  shown = shown.filter((one) => one !== message);
  draw();
}

function draw() {
  render(document.getElementById('messages'), shown.map((message) =>
    h('div', { class: `message ${message.tone}`, key: message.id },
      h('span', null, message.text),
      h('button', { type: 'button', class: 'plain', 'aria-label': 'Close this message', onclick: () => close(message) }, '✕'))));
}
