import { webcrypto } from 'node:crypto';
import { FlashJournal } from '#app/flash-journal.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { journalContract } from './journal-contract.ts';

const random = {
  bytes: (count: number) => webcrypto.getRandomValues(new Uint8Array(count)),
  unit: () => 0.5,
};

const chips = new WeakMap<object, NorFlash>();

function open(flash: NorFlash): FlashJournal {
  const journal = new FlashJournal({ flash, random, log: () => {} });
  chips.set(journal, flash);
  return journal;
}

const chipOf = (journal: object): NorFlash => {
  const chip = chips.get(journal);
  if (chip === undefined) throw new Error('a journal without a chip');
  return chip;
};

for (const blocks of [2, 3, 16]) {
  journalContract(
    `the journal in ${blocks} blocks of flash`,
    () => open(new NorFlash({ blocks })),
    journal => open(chipOf(journal)),
  );
}
