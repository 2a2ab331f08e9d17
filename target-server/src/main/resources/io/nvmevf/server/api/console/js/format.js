// Numbers as people read them, and back.

const BINARY = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });

function digits(value) {
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
}

/** 1234567 as 1,234,567. */
export function number(value) {
  return value === null || value === undefined ? '–' : whole.format(value);
}

/** A number a second in few characters: 950, 12.3k, 1.2M. */
export function rate(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const [unit, scale] = value >= 999950 ? ['M', 1e6] : value >= 10000 ? ['k', 1e3] : ['', 1];
  const scaled = value / scale;
  if (scale === 1) {
    return value > 0 && value < 10 ? trim(value.toFixed(1)) : whole.format(value);
  }
  return trim(scaled.toFixed(scaled >= 100 ? 0 : 1)) + unit;
}

function trim(text) {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** 1610612736 as 1.5 GiB. */
export function bytes(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  let scaled = value;
  let unit = 0;
  while (Math.abs(scaled) >= 1023.5 && unit < BINARY.length - 1) {
    scaled /= 1024;
    unit++;
  }
  return `${trim(scaled.toFixed(digits(scaled)))} ${BINARY[unit]}`;
}

export function bytesRate(value) {
  return value === null || value === undefined ? '–' : `${bytes(value)}/s`;
}

/** Microseconds as 85 µs, 1.2 ms or 3 s. */
export function micros(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  const [unit, scale] = value >= 1e6 ? ['s', 1e6] : value >= 1e3 ? ['ms', 1e3] : ['µs', 1];
  const scaled = value / scale;
  return `${trim(scaled.toFixed(scale === 1 ? 0 : digits(scaled)))} ${unit}`;
}

export function percent(share) {
  return share === null || share === undefined ? '–' : `${Math.round(share * 100)} %`;
}

/** Seconds as 45 s, 3 min 20 s or 2 h 5 min. */
export function seconds(value) {
  if (value === null || value === undefined) {
    return '–';
  }
  if (value < 60) {
    return `${Math.ceil(value)} s`;
  }
  const minutes = Math.floor(value / 60);
  if (value < 3600 && Math.floor(value % 60) === 0) {
    return `${minutes} min`;
  }
  return value < 3600 ? `${minutes} min ${Math.floor(value % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function timeOfDay(date) {
  return clock.format(date);
}

/** An instant of the API as local date and time. */
export function dateTime(iso) {
  const date = new Date(iso);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${day.join('-')} ${clock.format(date)}`;
}

export function plural(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** The first letter large. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A size such as 100GiB or 4096 in bytes; null if it is none. */
export function parseBytes(text) {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([KMGT])iB|B)?$/i.exec(text.trim());
  if (!match) {
    return null;
  }
  const value = Number(match[1]) * 1024 ** (match[2] ? ' KMGT'.indexOf(match[2].toUpperCase()) : 0);
  return Number.isSafeInteger(value) ? value : null;
}

/** Bytes in the form that `parseBytes` reads, exactly. */
export function exactBytes(value) {
  for (let unit = 4; unit > 0; unit--) {
    if (value >= 1024 ** unit && value % 1024 ** unit === 0) {
      return `${value / 1024 ** unit}${BINARY[unit]}`;
    }
  }
  return String(value);
}
