// Rates of the last minutes, made of counters that only grow. Times are those of the target's own clock.

/** Seconds that are kept. */
export const WINDOW = 300;
const MAX_POINTS = 400;

/**
 * What happened between two samples of one virtual function. Null if they do not belong together.
 *   ri, wi: reads, and writes and others, a second;  rb, wb: bytes a second;  rl, wl: mean microseconds, null without commands;
 *   th: part of the time in which demand was above a limit;  er: errors a second
 */
export function between(before, after, elapsed) {
  const grown = (from, to, names) => names.reduce((sum, name) => sum + (to[name] ?? 0) - (from[name] ?? 0), 0);
  const reads = grown(before.commands, after.commands, ['read']);
  const writes = grown(before.commands, after.commands, ['write', 'other']);
  if (elapsed <= 0 || reads < 0 || writes < 0) {
    return null;
  }
  const mean = (kind) => {
    const count = after.latency[kind].commands - before.latency[kind].commands;
    return count > 0 ? (after.latency[kind].nanos - before.latency[kind].nanos) / count / 1000 : null;
  };
  const throttled = grown(before.throttledSeconds, after.throttledSeconds, Object.keys(after.throttledSeconds));
  return {
    ri: reads / elapsed,
    wi: writes / elapsed,
    rb: grown(before.bytes, after.bytes, ['read']) / elapsed,
    wb: grown(before.bytes, after.bytes, ['write']) / elapsed,
    rl: mean('read'),
    wl: mean('write'),
    th: Math.min(1, Math.max(0, throttled / elapsed)),
    er: grown(before.errors, after.errors, ['read', 'write', 'other']) / elapsed,
  };
}

/** All virtual functions together. */
export function total(points) {
  const sum = { ri: 0, wi: 0, rb: 0, wb: 0, rl: null, wl: null, th: null, er: 0 };
  const weighted = { rl: 0, wl: 0 };
  const weight = { rl: 0, wl: 0 };
  for (const point of points) {
    for (const name of ['ri', 'wi', 'rb', 'wb', 'er']) {
      sum[name] += point[name];
    }
    for (const [name, by] of [['rl', 'ri'], ['wl', 'wi']]) {
      if (point[name] !== null) {
        weighted[name] += point[name] * point[by];
        weight[name] += point[by];
      }
    }
  }
  for (const name of ['rl', 'wl']) {
    sum[name] = weight[name] > 0 ? weighted[name] / weight[name] : null;
  }
  return sum;
}

/** The microseconds below which a share of the commands stayed that came between two lists of buckets; null if none came. */
export function quantile(before, after, share) {
  const then = new Map(before.map((bucket) => [bucket.fromMicros, bucket.commands]));
  const grown = after.map((bucket) => ({ ...bucket, commands: bucket.commands - (then.get(bucket.fromMicros) ?? 0) }));
  const all = grown.reduce((sum, bucket) => sum + bucket.commands, 0);
  if (all <= 0) {
    return null;
  }
  let left = share * all;
  for (const bucket of grown) {
    if (bucket.commands >= left) {
      const to = bucket.toMicros ?? bucket.fromMicros;
      return bucket.fromMicros + (to - bucket.fromMicros) * (left / bucket.commands);
    }
    left -= bucket.commands;
  }
  return grown.at(-1).fromMicros;
}

/** The points of all virtual functions, and of all together. */
export class History {
  #last = null;
  #vfs = new Map();
  all = [];

  /** Takes an answer of `/v1/stats` in. */
  add(stats) {
    const before = this.#last;
    this.#last = { seconds: stats.seconds, vfs: new Map(stats.vfs.map((vf) => [vf.name, vf])) };
    if (before === null || stats.seconds <= before.seconds) {
      // (The first one, or the target was started anew.)
      this.#vfs.clear();
      this.all = [];
      return;
    }
    const elapsed = stats.seconds - before.seconds;
    const now = [];
    const t = stats.seconds;
    for (const vf of stats.vfs) {
      const then = before.vfs.get(vf.name);
      const point = then ? between(then, vf, elapsed) : null;
      if (point === null) {
        this.#vfs.set(vf.name, []);
      } else {
        point.t = t;
        now.push(point);
        keep(this.of(vf.name), point);
      }
    }
    for (const name of this.#vfs.keys()) {
      if (!this.#last.vfs.has(name)) {
        this.#vfs.delete(name);
      }
    }
    keep(this.all, { ...total(now), t });
  }

  /** The points of a virtual function, the oldest first. */
  of(name) {
    let points = this.#vfs.get(name);
    if (!points) {
      points = [];
      this.#vfs.set(name, points);
    }
    return points;
  }

  /** What it did just now; null if that is not known yet. */
  now(name) {
    return this.#vfs.get(name)?.at(-1) ?? null;
  }

  /** Its latest counters. */
  counters(name) {
    return this.#last?.vfs.get(name) ?? null;
  }
}

function keep(points, point) {
  points.push(point);
  while (points.length > MAX_POINTS || points[0].t < point.t - WINDOW) {
    points.shift();
  }
}

/** How long commands of one virtual function took, for as long as it is looked at. */
export class Quantiles {
  #name = null;
  #last = null;
  points = [];

  /** Takes an answer of `/v1/stats?vf=` in. */
  add(name, stats) {
    const vf = stats.vfs[0];
    if (name !== this.#name || !vf) {
      this.#name = name;
      this.#last = null;
      this.points = [];
    }
    const before = this.#last;
    this.#last = vf ? { seconds: stats.seconds, latency: vf.latency } : null;
    if (before && vf && stats.seconds > before.seconds) {
      const point = { t: stats.seconds };
      for (const [kind, letter] of [['read', 'r'], ['write', 'w']]) {
        for (const share of [50, 99]) {
          point[letter + share] = quantile(before.latency[kind].buckets, vf.latency[kind].buckets, share / 100);
        }
      }
      keep(this.points, point);
    }
  }
}
