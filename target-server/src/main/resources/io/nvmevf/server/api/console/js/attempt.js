// For what is done without a dialog: what goes wrong is said.

import { Problem } from './api.js';
import { say } from './ui/messages.js';

export async function attempt(action) {
  try {
    return await action();
  } catch (e) {
    if (!(e instanceof Problem)) {
      throw e;
    }
    say(e.message, 'bad');
    return undefined;
  }
}
