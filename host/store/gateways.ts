import { type Mistake, mistakesOf, type Rule } from '#core/rules.ts';
import { type Message, messageRules } from '#core/wire/messages.ts';
import { type GatewaySettings, settingsRule } from '#core/wire/settings.ts';
import type { Store } from './store.ts';
import type { SqlValue } from './types.ts';

/** What of a gateway outlives the host. */
export interface SavedGateway {
  readonly id: string;
  readonly about: Message<'about'> | null;
  readonly desired: GatewaySettings | null;
  readonly running: GatewaySettings | null;
  readonly refused: readonly Mistake[];
  readonly lastSeenMs: number | null;
}

const refusedRule = messageRules['settings/reported'].optional.refused.fields.mistakes;

/** All gateways kept; what an older version wrote in another shape is read as not there. */
export async function loadGateways(store: Store): Promise<SavedGateway[]> {
  const rows = await store.all('SELECT id, about, desired, running, refused, lastSeenMs FROM gateway');
  return rows.map(({ id, about, desired, running, refused, lastSeenMs }) => ({
    id: String(id),
    about: parse(messageRules.about, about),
    desired: parse(settingsRule, desired),
    running: parse(settingsRule, running),
    refused: parse(refusedRule, refused) ?? [],
    lastSeenMs: typeof lastSeenMs === 'number' ? lastSeenMs : null,
  }));
}

/** Each of another id; all of them or none. */
export async function saveGateways(store: Store, gateways: readonly SavedGateway[]): Promise<void> {
  const json = (value: unknown) => (value === null ? null : JSON.stringify(value));
  await store.run(
    `INSERT INTO gateway (id, about, desired, running, refused, lastSeenMs)
     VALUES ${gateways.map(() => '(?, ?, ?, ?, ?, ?)').join(', ')}
     ON CONFLICT (id) DO UPDATE SET about = excluded.about, desired = excluded.desired,
       running = excluded.running, refused = excluded.refused, lastSeenMs = excluded.lastSeenMs`,
    gateways.flatMap(({ id, about, desired, running, refused, lastSeenMs }) => [
      id,
      json(about),
      json(desired),
      json(running),
      json(refused),
      lastSeenMs,
    ]),
  );
}

function parse<T>(rule: Rule, text: SqlValue | undefined): T | null {
  if (typeof text !== 'string') return null;
  const value: unknown = JSON.parse(text);
  return mistakesOf(rule, value).length === 0 ? (value as T) : null;
}
