import { createHash } from 'node:crypto';
import type { ForwardWindow } from './window.ts';

/** Of what is sent: whoever has something by this name has all of it. */
export function markOf(windows: readonly ForwardWindow[]): string {
  const hash = createHash('sha256');
  for (const { gateway, meter, startMs, windowS, values } of windows)
    hash.update(`${gateway}.${meter} ${startMs} ${windowS} ${Object.keys(values).join(' ')}\n`);
  return hash.digest('hex').slice(0, 24);
}
