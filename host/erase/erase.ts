import { rm } from 'node:fs/promises';
import { homeSite } from '../site/sites.ts';
import { archivePath, keysPath, notePath, sealedPath } from '../store/backup-files.ts';
import type { OnStep } from '../store/restore-place.ts';
import { rewriteArchive } from './archive-rewrite.ts';
import { ChannelAddresses, type ReachingChannel } from './channel-addresses.ts';
import { type Keeping, type OldCopy, oldCopies } from './copies.ts';
import { editForPerson, notOfPerson, personFacts } from './person-edits.ts';
import { type Remain, textsWith } from './remains.ts';
import { type Rewritten, rewriteDatabase } from './rewrite-database.ts';
import { editForSite, tellAudit } from './site-edits.ts';
import { isNotErased, siteFacts } from './site-facts.ts';
import { ruleOf } from './table-rules.ts';

export interface EraseOptions extends Keeping {
  /** Of a host that does not run. */
  readonly dataDir: string;
  /** Whether backups and files set aside, which still hold it, go as well; else they are named. */
  readonly withCopies?: boolean;
  readonly onStep?: OnStep;
}

interface Erased {
  readonly rowsGone: number;
  /** What still holds it: nothing, where copies went too. */
  readonly copies: readonly OldCopy[];
  /** Texts that people wrote and that name it; nobody can tell what else they say. */
  readonly remains: readonly Remain[];
}

export interface ErasedSite extends Erased {
  readonly gateways: readonly string[];
  readonly meters: number;
  readonly series: number;
  /** Files of the archive that were written anew or went. */
  readonly archiveFiles: number;
}

export interface ErasedPerson extends Erased {
  /** What stands for the person now. */
  readonly mark: string;
  readonly hadAccount: boolean;
  /** Channels that were for the person alone, by their ids, or that the person was taken out of. */
  readonly channelsChanged: readonly string[];
  /** Those that go on reaching people: whether the person is among them nobody can tell. */
  readonly channelsLeft: readonly ReachingChannel[];
}

/**
 * Erases all that a host has of a site: its gateways and their credentials, all that they measured on every level and in the
 * archive, corrections, imports, the ledger, names, tariff, rights, links, tokens and programs for it, and what the audit log
 * says of it. Other sites' rows stay as they are, which is checked. The first site stays itself, empty.
 * @throws Error that says what to do: no such site, Home Assistant is still told of it, the host runs
 */
export async function eraseSite(site: string, options: EraseOptions): Promise<ErasedSite> {
  const { dataDir, nowMs } = options;
  const rewritten = await rewriteDatabase({
    ...options,
    async prepare(bench) {
      const facts = await siteFacts(bench, site);
      const archiveFiles = await rewriteArchive(bench, dataDir);
      await editForSite(bench, facts);
      await tellAudit(bench, 'site.erase', nowMs);
      const stays = (table: string) => {
        const { site: rule } = ruleOf(table);
        return typeof rule === 'object' ? isNotErased(rule.by, rule.column) : undefined;
      };
      return { stays, outcome: { ...facts, archiveFiles } };
    },
  });
  const { gateways, meters, series, archiveFiles } = rewritten.outcome;
  const words = [...gateways, ...(site === homeSite ? [] : [site])];
  const erased = await afterwards(rewritten, words, options);
  return { ...erased, gateways: [...gateways], meters, series, archiveFiles };
}

/**
 * Erases all that a host has of a person: account, sessions, second factor, tokens and links. What the person did stays, with
 * a mark in place of the name. Where the name is an e-mail address, a chat of Telegram or a topic of ntfy, no channel sends to
 * it any more.
 * @throws Error that says what to do: nobody of that name, the last admin, the host runs
 */
export async function erasePerson(name: string, options: EraseOptions): Promise<ErasedPerson> {
  const rewritten = await rewriteDatabase({
    ...options,
    async prepare(bench) {
      const addresses = await ChannelAddresses.open(bench, options.dataDir);
      const sending = await addresses.sendingTo(name);
      const facts = await personFacts(bench, name, sending.length > 0);
      await editForPerson(bench, facts);
      if (sending.length > 0) await addresses.remove(name, facts.mark);
      await tellAudit(bench, 'account.erase', options.nowMs);
      const channels = { channelsChanged: sending, channelsLeft: await addresses.others(name) };
      return { stays: (table: string) => notOfPerson(table, name), outcome: { ...facts, ...channels } };
    },
  });
  const { mark, hasAccount, channelsChanged, channelsLeft } = rewritten.outcome;
  const channels = { channelsChanged, channelsLeft };
  return { ...(await afterwards(rewritten, [name], options)), mark, hadAccount: hasAccount, ...channels };
}

async function afterwards(
  { rowsBefore, rowsAfter }: Rewritten<unknown>,
  words: readonly string[],
  options: EraseOptions,
): Promise<Erased> {
  const { dataDir, withCopies = false } = options;
  if (withCopies) {
    for (const { kind, path } of await oldCopies(dataDir, options)) {
      const parts = kind === 'backup' ? [notePath, archivePath, keysPath, sealedPath] : [];
      for (const each of [path, ...parts.map(part => part(path))])
        await rm(each, { recursive: true, force: true });
    }
  }
  return {
    rowsGone: rowsBefore - rowsAfter,
    copies: await oldCopies(dataDir, options),
    remains: await textsWith(dataDir, words),
  };
}
