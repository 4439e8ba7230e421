import type { Message } from '#core/wire/messages.ts';
import type { AlarmEntry } from './alarms/gateway-alarms.ts';

/** What happens inside the host and others want to hear of at once. Meter ids are within their gateway. */
export type HostEvent =
  | {
      readonly type: 'live';
      readonly gateway: string;
      readonly meters: { readonly [meter: string]: LiveValues };
    }
  /** What a gateway tells while a person looks for what is wrong on a line. */
  | {
      readonly type: 'diagnosis' | 'trace' | 'scan' | 'probe';
      readonly gateway: string;
      readonly message: Message<'diagnosis'> | Message<'trace'> | Message<'scan'> | Message<'probe'>;
    }
  /** A rule of a gateway's own began or ended. */
  | ({ readonly type: 'alarm' } & AlarmEntry)
  /** What came of a rule of the host is on disk: it began, ended, was mended, or somebody made something of it. */
  | {
      readonly type: 'alarmEvent';
      /** Nothing: of the host. */
      readonly gateway: string;
      /** Nothing: of the gateway. */
      readonly meter: string;
      /** All of a sum, as `gateway.meter`. */
      readonly meters?: readonly string[];
      readonly id: string;
      readonly severity: 'info' | 'warning' | 'critical';
    }
  /** What became of a command. */
  | { readonly type: 'result'; readonly gateway: string; readonly message: Message<'result'> }
  /** State of a gateway changed: online, health, about, settings. */
  | { readonly type: 'gateway'; readonly gateway: string }
  /** Somebody changed a site: names, roles, the tree of meters, the tariff. */
  | { readonly type: 'site'; readonly site: string; readonly version: number }
  /** A roll-out went on, or ended. */
  | { readonly type: 'rollout'; readonly rollout: string }
  /** Rows of these meters are on disk; `toMs` is the end of the newest window among them. */
  | {
      readonly type: 'committed';
      readonly gateway: string;
      readonly meters: readonly string[];
      readonly toMs: number;
    };

export interface LiveValues {
  readonly atMs: number;
  readonly values: { readonly [quantity: string]: number };
  /** How much older than `atMs` those are that were not sampled within a second of it. */
  readonly agesMs?: { readonly [quantity: string]: number };
}

type Listener = (event: HostEvent) => void;

/** Tells every listener of every event, in order. A listener must not throw. */
export class Events {
  readonly #listeners = new Set<Listener>();

  emit(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Listens until the function given back is called. */
  on(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
