import type { Ports } from '../ports.ts';
import { FlashJournal } from './flash-journal.ts';
import type { Journal } from './journal.ts';
import { RamJournal } from './ram-journal.ts';

/** The journal in flash where the machine has some that works, else one in RAM. */
export function openJournal({ flash, random, log }: Pick<Ports, 'flash' | 'random' | 'log'>): Journal {
  if (flash === undefined) return new RamJournal(random);
  try {
    return new FlashJournal({ flash, random, log });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    log('error', `the journal's flash cannot be used: ${why}; records are in RAM, and lost with the power`);
    return new RamJournal(random);
  }
}
