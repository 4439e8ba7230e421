import { type Fault, FaultError } from '../faults/fault.ts';
import type { DiscoverOptions, Proposal } from './connector.ts';
import { isObject } from './json-object.ts';
import { type ReadableMessage, readable } from './mqtt-payload.ts';
import { type BrokerSettings, brokerMistakes, brokerOf } from './mqtt-settings.ts';

const listenMs = 8000;
const checkMs = 100;
const longestTopic = 128;
/** Of all that a broker may have: what is shown, and what is remembered while it is listened to. */
const proposalsMost = 32;
export const foundMost = 256;

export interface Hearing {
  readonly filters: readonly string[];
  readonly onMessage: (message: ReadableMessage, ask: (topic: string, payload: string) => void) => void;
  /** What makes devices speak at once. */
  readonly ask?: { readonly topic: string; readonly payload: string };
  readonly listenMs?: number;
}

/** The broker of settings that are filled in as far as that. @throws Error in words for people */
export function brokerIn(settings: unknown): BrokerSettings {
  const given = isObject(settings) ? settings : {};
  const text = (name: string) => (typeof given[name] === 'string' ? { [name]: given[name] } : {});
  const broker: BrokerSettings = { ...text('url'), ...text('user'), ...text('password') };
  const [mistake] = brokerMistakes(broker);
  if (mistake !== undefined) throw new Error(`${mistake.field}: ${mistake.message}`);
  return broker;
}

/** Listens for some seconds. @throws FaultError where nothing could be heard at all */
export async function hear(
  { topics, signal }: DiscoverOptions,
  settings: BrokerSettings,
  { filters, onMessage, ask, listenMs: mostMs = listenMs }: Hearing,
): Promise<void> {
  const broker = brokerOf(settings);
  let fault: Fault | undefined;
  let hasHeard = false;
  const say = (topic: string, payload: string) => topics.publish(broker, topic, payload);
  const cancel = topics.listen(broker, filters, {
    onMessage(message) {
      hasHeard = true;
      // Longer ones no settings take.
      if (message.topic.length <= longestTopic) onMessage(readable(message), say);
    },
    onState(now) {
      fault = now;
      if (now === undefined && ask !== undefined) say(ask.topic, ask.payload);
    },
  });
  const endMs = performance.now() + mostMs;
  while (performance.now() < endMs && !signal.aborted)
    await new Promise(resolve => setTimeout(resolve, Math.min(checkMs, mostMs)));
  cancel();
  if (!hasHeard && fault !== undefined) throw new FaultError(fault);
}

export interface FoundMeter {
  readonly title: string;
  readonly detail: string;
  /** A row of the connector's meters, but for its id, which is made of the text. */
  readonly idFrom: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** What was found, by what it is: the first ones, for whoever speaks on a broker can make up any number. */
export class Found extends Map<string, FoundMeter> {
  override set(key: string, meter: FoundMeter): this {
    return this.size < foundMost || this.has(key) ? super.set(key, meter) : this;
  }
}

/** Settings that read each of what was found, and all together first where that is more than one. */
export function proposalsOf(broker: BrokerSettings, found: readonly FoundMeter[]): Proposal[] {
  const ids = new Set<string>();
  const rows = found
    .slice(0, proposalsMost)
    .map(each => ({ ...each, row: { id: freeId(each.idFrom, ids), ...each.row } }));
  const single = rows.map(({ title, detail, row }) => ({
    title,
    detail,
    settings: { ...broker, meters: [row] },
  }));
  if (rows.length < 2) return single;
  const all = {
    title: rows
      .map(({ title }) => title)
      .join(', ')
      .slice(0, 120),
    detail: rows
      .map(({ detail }) => detail)
      .join(', ')
      .slice(0, 300),
    settings: { ...broker, meters: rows.map(({ row }) => row) },
  };
  return [all, ...single];
}

/** An id that a gateway's meter could have, made of any name. */
function freeId(name: string, taken: Set<string>): string {
  const slug =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/[^a-z0-9_]+/g, '-')
      .replace(/^[-_]+|-+$/g, '')
      .slice(0, 56) || 'meter';
  let id = slug;
  for (let number = 2; taken.has(id); number++) id = `${slug}-${number}`;
  taken.add(id);
  return id;
}
