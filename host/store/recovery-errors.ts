import { deepFreeze } from '#core/freeze.ts';
import { messageOf } from '../message-of.ts';

/** Why a database cannot be used. Only `damaged` may ever lead to a database being set aside. */
export type Failure = 'inUse' | 'diskFull' | 'noPermission' | 'newer' | 'fatal' | 'damaged' | 'other';

/**
 * What DuckDB says when it gives up, with the reason in the same words: mostly that the disk is full. A commit that ran out of
 * memory belongs to it though DuckDB goes on: it leaves some columns of a table with more rows than others (found by the next
 * checkpoint, seconds later), and rows that come behind them would be read wrong. Its log has what was committed.
 */
const fatal =
  /database has been invalidated|^FATAL |Failed to commit: (?!.*(?:constraint|conflict|no space|too large|quota))/i;

/** What to do, by what DuckDB says in words alone; the first that fits counts. */
const failureTable: readonly {
  readonly about: RegExp;
  readonly failure: Failure;
  readonly advice: string;
}[] = deepFreeze([
  {
    about: /set lock|being used by another process/i,
    failure: 'inUse',
    advice: 'another host is using it: stop that one, or give this one a folder of its own',
  },
  {
    about: /no space left|file too large|disk quota|ENOSPC|EDQUOT|EFBIG/i,
    failure: 'diskFull',
    advice: 'the disk is full: make room, then start again',
  },
  {
    about: /permission denied|read-only file|EACCES|EPERM|EROFS/i,
    failure: 'noPermission',
    advice: 'this user may not write it: give the file and its folder to this user, or choose another folder',
  },
  {
    about: /with version number \d+, but we can only read/i,
    failure: 'newer',
    advice: 'it was written by a newer version: run that one, or restore a backup made before the update',
  },
  {
    about: fatal,
    failure: 'fatal',
    advice: 'it has to be opened anew; most often the disk is full',
  },
  {
    about:
      /corrupt|checksum|not a valid DuckDB database|could not read enough bytes|replaying WAL|does not match (the )?database|WAL (file|checkpoint)|serializ|failed to read WAL|INTERNAL Error|INTERNAL Assertion/i,
    failure: 'damaged',
    advice: 'if the disk was damaged, restore a backup, or move the file away to begin anew',
  },
]);

const other = 'see that it is a database of Joulegate, and that its disk can be read';

/** What kind of failure an error of DuckDB or of the file system is. */
export const failureOf = (error: unknown): Failure =>
  failureTable.find(({ about }) => about.test(messageOf(error)))?.failure ?? 'other';

/** Whether the instance refuses everything from now on, until it is closed and opened again; for whatever reason. */
export const isFatal = (error: unknown): boolean => fatal.test(messageOf(error));

/** Whether there was not memory enough just then: what else is under way has it, and gives it back. */
export const isShortOfMemory = (error: unknown): boolean => /^Out of Memory Error/i.test(messageOf(error));

/** Whether bytes of the database are not what was written; the statement can be tried again in vain. */
export const isDamage = (error: unknown): boolean => failureOf(error) === 'damaged';

/** An error for people: which file, why, what to do. */
export function openError(path: string, error: unknown): Error {
  const why = messageOf(error);
  const advice = failureTable.find(({ about }) => about.test(why))?.advice ?? other;
  return new Error(`The database ${path} cannot be opened; ${advice}. (${why})`, { cause: error });
}
