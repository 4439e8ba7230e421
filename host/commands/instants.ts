import { instantForms, readInstant } from '../time/instant-text.ts';
import { UsageError } from './command.ts';

/** An instant as people write it, in UTC milliseconds. @throws UsageError */
export function instantOf(option: string, text: string, zone: string): number {
  const atMs = readInstant(text, zone);
  if (atMs !== undefined) return atMs;
  throw new UsageError(`--${option}: ${JSON.stringify(text)} given; ${instantForms}`);
}
