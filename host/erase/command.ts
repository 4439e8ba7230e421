import { wordsOfCopy } from './copies.ts';
import { type ErasedPerson, type EraseOptions, erasePerson, eraseSite } from './erase.ts';

type Print = (line: string) => void;

/** `joulegate erase site ID`. @throws Error that says why nothing was erased */
export async function eraseSiteCommand(site: string, options: EraseOptions, print: Print): Promise<void> {
  const erased = await eraseSite(site, options);
  const { gateways, meters, series, archiveFiles, rowsGone } = erased;
  print(
    `erased site ${site}: ${gateways.length} gateways, ${meters} meters, ${series} series, ${rowsGone} rows, ${archiveFiles} files of the archive changed; all other rows were checked and are as before`,
  );
  tellRest(erased, print);
  if (gateways.length > 0)
    print(
      'its gateways still have what they measured and know this host: reset them, and at an external broker clear what it retains of them',
    );
}

/** `joulegate erase person NAME`. @throws Error that says why nothing was erased */
export async function erasePersonCommand(name: string, options: EraseOptions, print: Print): Promise<void> {
  const erased = await erasePerson(name, options);
  const what = erased.hadAccount
    ? 'account, sessions, second factor, tokens and links'
    : 'no account was left';
  print(`erased ${name} (${what}); what was done by that name is by ${erased.mark} now`);
  if (erased.channelsChanged.length > 0)
    print(`no channel sends to ${name} any more; those that did: ${erased.channelsChanged.join(', ')}`);
  tellChannels(erased, print);
  tellRest(erased, print);
}

function tellChannels({ channelsLeft }: ErasedPerson, print: Print): void {
  if (channelsLeft.length === 0) return;
  print(
    'channels still reach people, and none says who they are: erase the address, chat or topic of this person as well (joulegate erase person ADDRESS), or change the channel under Alarms, Channels:',
  );
  for (const { id, kind, to } of channelsLeft) print(`  ${kind} ${id}: ${to ?? 'not shown'}`);
}

function tellRest(
  { copies, remains }: Awaited<ReturnType<typeof erasePerson>> | Awaited<ReturnType<typeof eraseSite>>,
  print: Print,
): void {
  for (const { place, rows } of remains)
    print(`still named in ${rows} texts that people wrote: ${place}; look whether they are to go`);
  if (copies.length === 0) {
    print('no copy from before lies in the data folder; those that you moved elsewhere are yours to remove');
    return;
  }
  print(
    'copies from before still hold it, here and wherever you moved any (--with-copies removes those here):',
  );
  for (const copy of copies) print(`  ${wordsOfCopy(copy)}`);
}
