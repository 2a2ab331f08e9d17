// What is done to data, in words.

import { bytes } from './format.js';
import { namespace, state } from './store.js';

/** The method that the target takes if none is chosen. */
export function usualMethod(ns) {
  return ns.encrypted ? 'crypto' : state.pf?.pool.kind === 'memory' ? 'deallocate' : 'zero';
}

export const METHODS = {
  crypto: 'its encryption key is destroyed, and the storage given back',
  zero: 'every block is written with zeros',
  deallocate: 'the storage is given back, and reads as zeros',
  overwrite: 'every block is overwritten with a pattern',
};

/** A namespace, as people know it. */
export function called(ns) {
  return ns.name === ns.id ? ns.id : `${ns.name} (${ns.id})`;
}

/** What an operation is about. */
export function describe(op) {
  const ns = namespace(op.subject);
  const what = ns ? `${called(ns)}, ${bytes(ns.bytes)},` : op.subject;
  return {
    release: `${what} is being erased; then it is available to everybody.`,
    reassign: `${what} is being erased; then ${op.to} has it, as a new disk.`,
    delete: `${what} is being erased; then it is deleted.`,
    format: `${what} is being formatted, as its own tenant asked.`,
    sanitize: `All namespaces of ${op.subject} are being sanitized, as its own tenant asked.`,
  }[op.kind] ?? `${op.kind} of ${op.subject}`;
}
