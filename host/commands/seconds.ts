import { UsageError } from './command.ts';

/** What `--wait` gives. @throws UsageError */
export function secondsOf(text = '0'): number {
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(seconds))
    throw new UsageError(`--wait: ${JSON.stringify(text)} given; seconds from 0 to 9999 are allowed`);
  return seconds;
}
