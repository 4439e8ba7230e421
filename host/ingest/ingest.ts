import { decodeMessage, type JsonChannel, type Message } from '#core/wire/messages.ts';
import { decodeRecordsMessage } from '#core/wire/records.ts';
import { protocolVersion, type UpChannel } from '#core/wire/topics.ts';
import type { Events } from '../events.ts';
import type { Fleet } from '../fleet.ts';
import { hostLimits } from '../limits.ts';
import type { Batch } from '../store/batch.ts';
import { lateAfterS } from '../store/ledger-build.ts';
import { storeLimits } from '../store/limits.ts';
import type { Store } from '../store/store.ts';
import type { Watermark } from '../store/types.ts';
import type { Watch } from '../watch/watch.ts';
import { Committer } from './committer.ts';
import { Journals, newJournalsMost } from './journals.ts';
import type { LostAtHost } from './lost-at-host.ts';
import { checkLive } from './plausible.ts';
import { decide } from './sequence.ts';

/** How a group comes together: see `Committer`. */
const gatherMs = 20;
const fullWeight = 20_000;

/** Windows that end further ahead of the host's clock are told: one of the two clocks is wrong. */
const aheadS = 3600;

export interface IngestOptions {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly events: Events;
  readonly watch: Pick<Watch, 'commits' | 'disk'>;
  readonly lostAtHost: LostAtHost;
  /** Tells a gateway up to where its journal is on disk. */
  readonly acknowledge: (gateway: string, ack: Message<'ack'>) => void;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  readonly nowMs?: () => number;
}

interface Damaged {
  readonly gateway: string;
  readonly epoch: string;
  readonly sequence: number;
  /** End of the newest window before it, s. */
  readonly fromS: number;
}

/**
 * Takes what gateways send: records into the store, exactly once, and the rest to the fleet. Whatever is wrong is
 * counted and told with its gateway, and never stops the others.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #committer: Committer;
  /** Watermarks of what is taken and not yet on disk. */
  readonly #ahead = new Map<string, number>();
  readonly #journals = new Journals();
  readonly #nowMs: () => number;
  #isClosed = false;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
    this.#committer = new Committer({
      newBatch: () => options.store.batch(),
      commit: batch => options.watch.commits.timed(() => options.store.commit(batch)),
      onCommitted: batch => {
        try {
          this.#committed(batch);
        } catch (error) {
          // Who was not acknowledged sends again, and is.
          options.log('error', `committed, but not told to all: ${String(error)}`);
        }
      },
      onFailed: error => options.log('error', `commit failed, tried again: ${String(error)}`),
      gatherMs,
      fullWeight,
    });
  }

  /** A message of an authenticated gateway on a channel of its own. Never throws. */
  receive(gateway: string, channel: UpChannel, payload: Uint8Array): void {
    if (this.#isClosed) return;
    this.#options.fleet.counters(gateway).messages++;
    if (channel === 'records') this.#records(gateway, payload);
    else this.#json(gateway, channel, payload);
  }

  counters(): Record<string, number> {
    const { commits, failures, waiting } = this.#committer;
    return { commits, commitsFailed: failures, valuesWaiting: waiting };
  }

  /** Takes no more, and waits until what was taken is on disk or cannot be brought there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#committer.close();
  }

  #records(gateway: string, payload: Uint8Array): void {
    const { store, fleet, watch } = this.#options;
    const counters = fleet.counters(gateway);
    fleet.seen(gateway);
    if (this.#committer.waiting > hostLimits.valuesWaiting.most || watch.disk.isFull) {
      counters.deferred++;
      return;
    }
    const decoded = decodeRecordsMessage(payload);
    if (!decoded.ok) {
      this.#malformed(gateway, decoded.error, decoded.detail);
      return;
    }
    const { epoch, oldest, first, records } = decoded.value;
    const key = `${gateway} ${epoch}`;
    const onDisk = store.watermark(gateway, epoch);
    const before = this.#ahead.get(key) ?? onDisk;
    if (before === 0 && !this.#journals.mayBegin(gateway, epoch, this.#nowMs())) {
      // Not acknowledged, so nothing of it is lost while the gateway keeps it.
      counters.deferred++;
      fleet.problem(
        gateway,
        'ingest.journals',
        `more than ${newJournalsMost} new journals within an hour, as of a gateway that restarts over and over; look at its log and its power supply`,
      );
      return;
    }
    const { watermark, lost, isOutOfOrder, duplicates, taken } = decide(before, {
      oldest,
      first,
      count: records.length,
    });
    counters.duplicates += duplicates;
    if (isOutOfOrder) counters.outOfOrder++;
    const group = this.#committer.open;
    // A host that was away has not taken any of this journal yet: what is stored tells.
    const fromS =
      lost === undefined ? 0 : (this.#journals.reachedS(gateway, epoch) ?? store.reachedS(gateway));
    let toS = 0;
    let damaged: Damaged | undefined;
    for (const [index, record] of records.entries()) {
      if (index < records.length - taken) continue;
      if (record.length === 0) {
        // Told with the window after it, or without one where there is none yet.
        if (damaged !== undefined) this.#damaged(group, damaged, 0);
        damaged = {
          gateway,
          epoch,
          sequence: first + index,
          fromS: this.#journals.reachedS(gateway, epoch) ?? store.reachedS(gateway),
        };
        continue;
      }
      const startS = this.#record(gateway, epoch, group, record);
      if (toS === 0) toS = startS;
      if (damaged !== undefined) this.#damaged(group, damaged, startS);
      damaged = undefined;
    }
    if (damaged !== undefined) this.#damaged(group, damaged, 0);
    if (lost !== undefined) {
      counters.lost += lost.to - lost.from + 1;
      fleet.problem(
        gateway,
        'ingest.lost',
        `records ${lost.from} to ${lost.to} are not at the gateway any more`,
      );
      group.losses.push({ gateway, epoch, ...lost, fromS, toS });
    }
    if (watermark > before) {
      this.#ahead.set(key, watermark);
      group.mark({ gateway, epoch, sequence: watermark });
      this.#committer.added();
    } else if (before === onDisk) {
      // Nothing new and nothing on its way: the gateway missed the answer, or runs ahead of us.
      this.#acknowledge({ gateway, epoch, sequence: onDisk });
    }
  }

  /** A record that its gateway's flash does not hold any more comes empty: it is lost, and what it held is not known. */
  #damaged(batch: Batch, { gateway, epoch, sequence, fromS }: Damaged, toS: number): void {
    const { fleet } = this.#options;
    fleet.counters(gateway).lost++;
    fleet.problem(
      gateway,
      'ingest.damaged',
      `record ${sequence} was damaged in the gateway's flash, as by a power cut while it was written`,
    );
    batch.losses.push({ gateway, epoch, from: sequence, to: sequence, fromS, toS, reason: 'recordDamaged' });
  }

  /**
   * One record past the watermark; gives its start, s. One that cannot be taken is told and passed over: it must not
   * block the rest.
   */
  #record(gateway: string, epoch: string, batch: Batch, bytes: Uint8Array): number {
    const { fleet } = this.#options;
    const counters = fleet.counters(gateway);
    const nowS = Math.floor(this.#nowMs() / 1000);
    const added = batch.add(gateway, bytes, nowS);
    if (!added.ok) {
      this.#malformed(gateway, added.error, added.detail);
      return 0;
    }
    const { meter, startS, endS, values, implausible, isSerialRefused } = added.value;
    if (implausible > 0) {
      counters.implausible += implausible;
      fleet.problem(
        gateway,
        'ingest.implausible',
        `${meter}: a value outside its quantity's range was not stored`,
      );
    }
    if (isSerialRefused) {
      fleet.problem(
        gateway,
        'ingest.serials',
        `${meter}: its serial number changed more than ${storeLimits.serialsEver} times; what it is now is not kept`,
      );
    }
    if (nowS - endS > lateAfterS) counters.late++;
    if (endS - nowS > aheadS) {
      counters.ahead++;
      fleet.problem(gateway, 'ingest.ahead', `${meter}: a window is dated ahead of this host's clock`);
    }
    counters.records++;
    counters.values += values;
    this.#journals.reached(gateway, epoch, endS);
    return startS;
  }

  #json(gateway: string, channel: Exclude<UpChannel, 'records'>, payload: Uint8Array): void {
    const { fleet } = this.#options;
    const take = <C extends JsonChannel>(name: C, use: (message: Message<C>) => void) => {
      const decoded = decodeMessage(name, payload);
      if (decoded.ok) use(decoded.value);
      else this.#malformed(gateway, decoded.error, decoded.detail);
    };
    switch (channel) {
      case 'status':
        take(channel, message => fleet.status(gateway, message));
        return;
      case 'about':
        take(channel, message => fleet.about(gateway, message));
        return;
      case 'health':
        take(channel, message => {
          fleet.health(gateway, message);
          void this.#options.lostAtHost.told(gateway, message.journal);
        });
        return;
      case 'settings/reported':
        take(channel, message => fleet.reported(gateway, message));
        return;
      case 'diagnosis':
      case 'trace':
      case 'scan':
      case 'probe':
        take(channel, message => this.#options.events.emit({ type: channel, gateway, message }));
        return;
      case 'alarm':
        take(channel, message => fleet.alarms.take(gateway, message));
        return;
      case 'live':
        take(channel, message => this.#live(gateway, message));
        return;
      case 'update':
        take(channel, message => fleet.update(gateway, message));
        return;
      case 'result':
        take(channel, message => {
          if (!message.ok)
            fleet.problem(gateway, 'command.failed', message.message ?? 'the gateway gave no reason');
          this.#options.events.emit({ type: 'result', gateway, message });
        });
    }
  }

  #live(gateway: string, message: Message<'live'>): void {
    const { fleet } = this.#options;
    const { meters, implausible } = checkLive(message);
    fleet.counters(gateway).implausible += implausible;
    fleet.live(gateway, meters);
  }

  #malformed(gateway: string, code: string, detail: string): void {
    const { fleet } = this.#options;
    fleet.counters(gateway).malformed++;
    fleet.problem(gateway, code, detail);
  }

  #committed(batch: Batch): void {
    this.#options.lostAtHost.stored(batch.losses);
    for (const mark of batch.watermarks) {
      const key = `${mark.gateway} ${mark.epoch}`;
      if (this.#ahead.get(key) === mark.sequence) this.#ahead.delete(key);
      this.#acknowledge(mark);
    }
    for (const event of committedEvents(batch)) this.#options.events.emit(event);
  }

  #acknowledge({ gateway, epoch, sequence }: Watermark): void {
    this.#options.acknowledge(gateway, { v: protocolVersion, epoch, sequence });
  }
}

const committedEvents = ({ touched }: Batch) =>
  [...touched].map(
    ([gateway, { meters, toS }]) =>
      ({ type: 'committed', gateway, meters: [...meters], toMs: toS * 1000 }) as const,
  );
