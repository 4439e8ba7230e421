import type { MeterSink } from '#app/source.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { WindowRecord } from '#core/wire/records.ts';
import type { RandomPort, TimePort } from '#ports';
import type { Routes } from '../api/routes.ts';
import type { Fault } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import type { Field, Words } from '../set-up/fields.ts';
import type { Mistake } from '../set-up/settings-mistakes.ts';
import type { Static, TSchema } from '../typebox.ts';
import type { Topics } from './topics.ts';

/** A meter as a source gives it, in the words of the gateways' `about`. */
export interface ConnectorMeter {
  readonly id: string;
  readonly name: string;
  /** What it is read by: a profile of the registry, or the connector's own id. */
  readonly profile: string;
  readonly windowS: number;
  /** How often a value is due. */
  readonly sampleMs: number;
  /** What it gives, where that is known before it came. */
  readonly series: readonly QuantityId[];
  /** The source puts its windows itself, by the times that its values bring: its sink only shows what is new. */
  readonly isStoredBySource?: boolean;
}

/** What a running source is given. */
export interface SourceOptions<Settings> {
  readonly settings: Settings;
  /** Where its measurements go, by the ids of `meters(settings)`; in a probe they are shown and not stored. */
  readonly sinks: ReadonlyMap<string, MeterSink>;
  readonly time: TimePort;
  readonly random: RandomPort;
  /** MQTT topics, of the host's own broker or of another. */
  readonly topics: Topics;
  /** For sources whose values bring their own time: windows as they are, and a promise of their being on disk. */
  readonly store: WindowStore;
  /** Where it may keep files of its own, below the data folder; it is made by whoever needs it. */
  readonly folder: string;
  readonly log: Log;
  /** What comes is shown for some seconds, and not stored. */
  readonly isProbe?: true;
}

/** The windows were not taken, and will not get to the disk by themselves. */
export class NotTakenNow extends Error {}

export interface WindowStore {
  /**
   * Resolves when the windows are on disk. @throws NotTakenNow where they cannot be taken, Error where they were and it is
   * not known whether they get there: either way the sender has to keep them
   */
  put(windows: readonly WindowRecord[]): Promise<void>;
}

/** A source that runs. The sources of the gateway's own code are such. */
export interface ConnectorSource {
  start(): void;
  stop(): void;
  /** Counts since the start, by name. */
  counters(): Readonly<Record<string, number>>;
  /** Why nothing can be heard; undefined once something was. */
  fault(): Fault | undefined;
  /** The newest attempt to connect has failed, for the reason that `fault` tells: a probe does not wait long for others. */
  isRefused?(): boolean;
}

/** Something found that could be read: shown, and saved where a person takes it. */
export interface Proposal {
  readonly title: string;
  readonly detail: string;
  /** Whole settings of this connector that would read it. */
  readonly settings: unknown;
}

/**
 * One way in for meters that have no gateway: a folder of its own beside this file, whose `connector.ts` exports this as
 * `connector`. Taking the folder away takes it away. A probe needs nothing more: it is a start whose values are shown.
 */
export interface Connector<Schema extends TSchema = TSchema> {
  /** The folder's name. */
  readonly id: string;
  readonly name: Words;
  /** What it reads, in a sentence. */
  readonly about: Words;
  readonly fields: readonly Field[];
  /** What the settings have to be; checked before any of these is called. */
  readonly settings: Schema;
  /** What the schema cannot say: the mistakes, in words for people, by field. */
  mistakes?(settings: Static<Schema>): readonly Mistake[];
  meters(settings: Static<Schema>): readonly ConnectorMeter[];
  /** What comes tells which meters there are: none are announced. */
  readonly announcesNone?: true;
  /** @throws FaultError, or an Error in words for people, where it can never run so */
  open(options: SourceOptions<Static<Schema>>): ConnectorSource;
  /** Looks around with these settings, for at most some seconds. */
  discover?(options: DiscoverOptions): Promise<readonly Proposal[]>;
  /** Routes of its own: for those that are spoken to. */
  readonly routes?: Routes;
}

export interface DiscoverOptions {
  /** As far as they are filled in: to be checked. */
  readonly settings: unknown;
  readonly topics: Topics;
  /** As of a source that runs. */
  readonly folder: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Keeps a connector's types together; without it the settings of its methods would be unknown. */
export const defineConnector = <Schema extends TSchema>(connector: Connector<Schema>): Connector<Schema> =>
  Object.freeze(connector);
