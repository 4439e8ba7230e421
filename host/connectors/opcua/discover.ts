import { FaultError } from '../../faults/fault.ts';
import { mistakesOf } from '../../set-up/settings-mistakes.ts';
import type { DiscoverOptions, Proposal } from '../connector.ts';
import type { Found, FoundObject, FoundVariable } from './messages.ts';
import { ownCertificate } from './own-certificate.ts';
import { type AccessSettings, accessMistakes, accessOf, accessSettings } from './settings.ts';
import { opcUaThread } from './thread.ts';
import { type Guess, guessOf } from './units.ts';

/** What is left of a search's time is for connecting. */
const browseMs = 6000;
const proposalsMost = 64;
const namedMost = 12;
const detailCharacters = 400;

/**
 * What numbers the server has below its Objects folder, a proposal for each object with numbers that tell what they are.
 * @throws Error in words for people where the server cannot be looked at, or nothing of it tells what it is
 */
export async function discoverOpcUa({
  settings,
  folder,
  signal,
}: DiscoverOptions): Promise<readonly Proposal[]> {
  const access = accessIn(settings);
  const found = await browsed(access, folder, signal);
  const proposals = found.objects.flatMap(object => proposalFor(access, object)).slice(0, proposalsMost);
  if (proposals.length > 0) return proposals;
  const numbers = found.objects.flatMap(({ variables }) => variables);
  throw new Error(
    numbers.length === 0
      ? 'the server has no numbers that this login may read'
      : `no number tells by its unit or name what it is; enter those that you want by their node ids. Found: ${listed(numbers)}`,
  );
}

async function browsed(access: AccessSettings, folder: string, signal: AbortSignal): Promise<Found> {
  const client = await ownCertificate(folder);
  return new Promise((resolve, reject) => {
    const stop = opcUaThread.begin(
      { ask: 'browse', access: accessOf(access, client), mostMs: browseMs },
      said => {
        if (said.says === 'found') resolve(said.found);
        else if (said.says === 'failed') reject(new FaultError(said.why));
        else if (said.says === 'ended') reject(new Error('looking around was broken off'));
      },
    );
    const end = () => {
      stop();
      reject(new Error('the server took longer than there is time for looking around; try again'));
    };
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}

function proposalFor(access: AccessSettings, { path, variables }: FoundObject): Proposal[] {
  const guessed: { variable: FoundVariable; guess: Guess }[] = [];
  for (const variable of variables) {
    const guess = guessOf(variable);
    // One place for each quantity: which of two it is only a person knows.
    if (guess !== undefined && !guessed.some(other => other.guess.quantity === guess.quantity))
      guessed.push({ variable, guess });
  }
  if (guessed.length === 0) return [];
  const title = path.join(' / ').slice(-120) || 'Objects';
  const others = variables.filter(each => !guessed.some(({ variable }) => variable === each));
  const told = guessed.map(({ variable, guess }) => `${shown(variable)} → ${guess.quantity}`).join(', ');
  const left = others.length === 0 ? '' : `; not taken: ${listed(others)}`;
  const id = idOf(path.at(-1) ?? 'objects');
  return [
    {
      title,
      detail: `${told}${left}`.slice(0, detailCharacters),
      settings: {
        ...access,
        values: guessed.map(({ variable: { nodeId }, guess: { quantity, factor } }) => ({
          id,
          name: (path.at(-1) ?? 'Objects').slice(0, 64),
          nodeId,
          quantity,
          ...(factor !== 1 && { factor }),
        })),
      },
    },
  ];
}

const listed = (variables: readonly FoundVariable[]): string =>
  variables
    .slice(0, namedMost)
    .map(variable => `${variable.nodeId} ${shown(variable)}`)
    .join(', ');

const shown = ({ name, value, unit }: FoundVariable): string =>
  `${name}: ${value}${unit === undefined ? '' : ` ${unit.text}`}`;

const idOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, '-')
    .replace(/^[-_]+|-+$/g, '')
    .slice(0, 60) || 'meter';

/** The server in settings that are filled in as far as they are. @throws Error in words for people */
function accessIn(settings: unknown): AccessSettings {
  const filled: Record<string, unknown> = { security: 'none', login: 'anonymous' };
  for (const [name, value] of Object.entries(
    typeof settings === 'object' && settings !== null ? settings : {},
  ))
    if (name in accessSettings.properties && value !== '' && value !== null && value !== undefined)
      filled[name] = value;
  if (filled.url === undefined) throw new Error('url: none given; it is needed');
  const [mistake] = mistakesOf({ settings: accessSettings, mistakes: accessMistakes }, filled);
  if (mistake !== undefined) throw new Error(`${mistake.field}: ${mistake.message}`);
  // Checked by the schema.
  return filled as AccessSettings;
}
