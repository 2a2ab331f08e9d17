// What the physical function can do: measured, or set by hand. Guarantees and shares are made from it.

import { post, put, remove } from '../api.js';
import { h } from '../ui/dom.js';
import { form } from '../ui/dialog.js';
import { wholeNumber } from '../ui/fields.js';
import { badge, facts, notice, section } from '../ui/parts.js';
import { bytes, bytesRate, exactBytes, number, parseBytes } from '../format.js';
import { refresh, state } from '../store.js';
import { mayOperate } from '../session.js';
import { attempt } from '../attempt.js';
import { say } from '../ui/messages.js';

const PATH = '/v1/pf/calibration';

export function title() {
  return 'Calibration';
}

export function watch() {
  return [{ path: PATH }];
}

export function view() {
  const { pf } = state;
  const status = state.extra[PATH];
  const running = status?.state === 'running';
  return [
    h('div', { class: 'page-head', key: 'head' }, h('h1', null, 'Calibration'),
      mayOperate() ? h('div', { class: 'actions' },
        running
          ? h('button', { type: 'button', key: 'cancel', onclick: () => attempt(async () => {
            await remove(PATH);
            await refresh();
          }) }, 'Cancel')
          : h('button', { type: 'button', class: 'primary', key: 'start', onclick: start }, 'Measure …'),
        h('button', { type: 'button', onclick: byHand }, 'Set by hand …'),
        pf.capacity ? h('button', { type: 'button', class: 'danger-quiet', key: 'none', onclick: takeAway }, 'Take it away …') : null) : null),
    h('div', { class: 'columns', key: 'columns' },
      section('Capacity', null,
        pf.capacity ? figures(pf.capacity) : h('p', { class: 'empty' }, 'None: nothing is divided, and nothing can be guaranteed. Measure it when the target is idle.'),
        pf.capacity ? facts([['Can be guaranteed', `${number(pf.guarantees.total)} IOPS of 4 KiB`], ['Guaranteed', number(pf.guarantees.assigned)], ['Left', number(pf.guarantees.free)]]) : null),
      section('Measurement', status ? badge(status.state === 'none' ? 'not yet' : status.state, status.state === 'none' ? 'off' : undefined) : null,
        running ? h('div', { class: 'progress' }, h('progress', { max: '100', value: String(status.percent), 'aria-label': 'Calibration' }), h('span', { class: 'progress-words' }, h('b', null, `${status.percent} %`), ` ${status.phase?.replace('-', ' ') ?? ''}`)) : null,
        status?.result ? figures(status.result) : null,
        status?.error ? notice('bad', status.error) : null,
        status?.result && !running && JSON.stringify(status.result) !== JSON.stringify(pf.capacity) && mayOperate()
          ? h('button', { type: 'button', onclick: () => attempt(async () => {
            await put('/v1/pf/capacity', status.result);
            await refresh();
            say('What was measured is the capacity now.');
          }) }, 'Make this the capacity') : null,
        !running && !status?.result && !status?.error ? h('p', { class: 'empty' }, 'Nothing was measured since the target was started.') : null)),
  ];
}

function figures(capacity) {
  return facts([
    ['Reads of 4 KiB', `${number(capacity.readIops)} a second`], ['Writes of 4 KiB', `${number(capacity.writeIops)} a second`],
    ['Large reads', bytesRate(capacity.readBytes)], ['Large writes', bytesRate(capacity.writeBytes)],
  ]);
}

function start() {
  return form({
    title: 'Measure what the device can do',
    intro: 'A scratch device in the pool is filled, then written and read. Tenants are served meanwhile, and both slow each other down: measure when they are idle.',
    action: 'Measure',
    fields: () => [
      { name: 'seconds', kind: 'number', label: 'Seconds for each of four figures', check: wholeNumber(1, 60), placeholder: '5', hint: '1 to 60.' },
      { name: 'size', label: 'Size of the scratch device', check: (text) => (parseBytes(text) === null ? 'A size such as 1GiB.' : null), placeholder: '1GiB', hint: `Left out: 1 GiB, or half of the ${bytes(state.pf.pool.free)} that are free.` },
      { name: 'set', kind: 'check', label: 'Make the result the capacity', initial: true, wide: true },
    ],
    submit: async (values) => {
      const body = { set: values.set };
      if (values.seconds) {
        body.seconds = Number(values.seconds);
      }
      if (values.size) {
        body.size = parseBytes(values.size);
      }
      return post(PATH, body);
    },
  }).then((done) => done && refresh());
}

function takeAway() {
  return form({
    title: 'Take the capacity away',
    action: 'Take it away',
    danger: true,
    intro: 'Without a capacity nothing is divided: weights do nothing, and nothing can be guaranteed. It is refused while there are guarantees.',
    fields: () => [],
    submit: async () => remove('/v1/pf/capacity'),
  }).then(async (done) => {
    if (done) {
      await refresh();
      say('There is no capacity now: nothing is divided.');
    }
  });
}

function byHand() {
  const now = state.pf.capacity;
  const figure = (name, label) => ({ name, label, kind: 'number', required: true, check: wholeNumber(1, 1e9), initial: now ? String(now[name]) : '' });
  const size = (name, label) => ({ name, label, required: true, initial: now ? exactBytes(now[name]) : '', placeholder: '2GiB', check: (text) => (parseBytes(text) === null ? 'A size such as 2GiB.' : null) });
  return form({
    title: 'Set the capacity by hand',
    intro: 'A guarantee is no better than the capacity is true: what is set too high is a promise that the storage breaks.',
    action: 'Set',
    fields: () => [figure('readIops', 'Reads of 4 KiB a second'), figure('writeIops', 'Writes of 4 KiB a second'), size('readBytes', 'Bytes a second in large reads'), size('writeBytes', 'Bytes a second in large writes')],
    submit: async (values) => put('/v1/pf/capacity', {
      readIops: Number(values.readIops), writeIops: Number(values.writeIops), readBytes: parseBytes(values.readBytes), writeBytes: parseBytes(values.writeBytes),
    }),
  }).then(async (done) => {
    if (done) {
      await refresh();
      say('The capacity is set.');
    }
  });
}
