import type { MeterIdentity, MeterSink, Sample } from '#app/source.ts';
import type { Reason } from '#core/wire/reasons.ts';
import type { Cancel, TimePort } from '#ports';
import { filterCovers } from '../broker/topic-filter.ts';
import { type Fault, fault } from '../faults/fault.ts';
import { nearWords } from '../near-words.ts';
import type { ConnectorSource, SourceOptions } from './connector.ts';
import { type ReadableMessage, readable } from './mqtt-payload.ts';
import type { TopicBroker, TopicMessage } from './topics.ts';

/** What a message says of a meter. `old`: it was true before, and says nothing of now. */
export type Saying =
  | {
      readonly says: 'values';
      readonly samples: readonly Sample[];
      readonly identity?: MeterIdentity;
      /** Something stands in the place of a number that is none. */
      readonly isPartBroken?: boolean;
    }
  | { readonly says: 'presence'; readonly isHere: boolean }
  | { readonly says: 'broken' }
  | { readonly says: 'old' }
  | { readonly says: 'nothing' };

export const nothing: Saying = Object.freeze({ says: 'nothing' });
export const broken: Saying = Object.freeze({ says: 'broken' });
export const old: Saying = Object.freeze({ says: 'old' });
export const presence = (isHere: boolean): Saying => ({ says: 'presence', isHere });
/** Nothing, where there are none; broken, where what should be one is none. */
export const values = (samples: readonly Sample[], isPartBroken = false): Saying => {
  if (samples.length === 0) return isPartBroken ? broken : nothing;
  return { says: 'values', samples, isPartBroken };
};

/** A meter as MQTT gives it. */
export interface MqttMeter {
  readonly id: string;
  readonly sampleMs: number;
  readonly filters: readonly string[];
  /** Of a message on one of these topics; may not throw whatever it is. */
  readonly read: (message: ReadableMessage) => Saying;
  /** Makes the device speak, where it can be asked: when both are there, and `isRepeated` each time that a value is due. */
  readonly ask?: { readonly topic: string; readonly payload: string; readonly isRepeated: boolean };
}

/** `waiting`: nothing has come yet, or nothing for long; `gone`: the device's last will was heard. */
type State = 'waiting' | 'speaking' | 'gone';

/** Hears the meters of one connector, and fails samples that are due and do not come. */
export class MqttSource implements ConnectorSource {
  readonly #options: Pick<SourceOptions<unknown>, 'sinks' | 'time' | 'topics'>;
  readonly #broker: TopicBroker;
  readonly #heard: HeardMeter[];
  #away: Fault | undefined;
  #isRefused = false;
  #cancel: Cancel | undefined;
  #counts = { messages: 0, values: 0, retained: 0, old: 0, broken: 0, unread: 0 };

  constructor(
    options: Pick<SourceOptions<unknown>, 'sinks' | 'time' | 'topics'>,
    broker: TopicBroker,
    meters: readonly MqttMeter[],
  ) {
    this.#options = options;
    this.#broker = broker;
    this.#heard = meters.flatMap(meter => {
      const sink = options.sinks.get(meter.id);
      return sink === undefined
        ? []
        : [
            new HeardMeter(
              meter,
              sink,
              options.time,
              () => this.#away !== undefined,
              () => this.#ask(meter),
            ),
          ];
    });
  }

  start(): void {
    const { topics } = this.#options;
    const filters = [...new Set(this.#heard.flatMap(({ meter }) => meter.filters))];
    this.#cancel = topics.listen(this.#broker, filters, {
      onMessage: message => this.#take(message),
      onUnread: () => {
        this.#counts.unread++;
      },
      onState: (fault, isRefused = false) => {
        const isBack = fault === undefined && this.#away !== undefined;
        this.#isRefused = isRefused;
        this.#away = fault;
        if (isBack) for (const { meter } of this.#heard) this.#ask(meter);
      },
    });
    for (const heard of this.#heard) {
      heard.start();
      this.#ask(heard.meter);
    }
  }

  stop(): void {
    this.#cancel?.();
    for (const heard of this.#heard) heard.stop();
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  fault(): Fault | undefined {
    if (this.#away !== undefined) return this.#away;
    const silent = this.#heard.filter(({ isLate }) => isLate);
    if (silent.length < this.#heard.length || silent.length === 0) return undefined;
    const [{ meter, state }] = silent as [HeardMeter];
    if (state === 'gone') return fault('mqtt.left', { meter: meter.id });
    const useless = silent.map(heard => heard.useless).find(why => why !== undefined);
    if (useless !== undefined) return useless;
    const recent = this.#options.topics.recentTopics(this.#broker);
    const near = meter.filters.map(filter => nearWords(filter, recent)).find(({ length }) => length > 0);
    const topics = meter.filters.slice(0, 2).join(' or ');
    return near === undefined
      ? fault('topic.silent', { topics })
      : fault('topic.near', { topics, near: near.join(' or ') });
  }

  isRefused(): boolean {
    return this.#isRefused;
  }

  #take(said: TopicMessage): void {
    const message = readable(said);
    this.#counts.messages++;
    for (const heard of this.#heard) {
      if (!heard.meter.filters.some(filter => filterCovers(filter, message.topic))) continue;
      const saying = heard.meter.read(message);
      if (saying.says === 'values') {
        // It was said before this connection stood, nobody knows when.
        if (message.isRetained) this.#counts.retained++;
        else {
          this.#counts.values += saying.samples.length;
          this.#counts.broken += Number(saying.isPartBroken ?? false);
        }
      } else if (saying.says === 'old' || saying.says === 'broken') this.#counts[saying.says]++;
      heard.take(saying, message);
    }
  }

  #ask({ ask }: MqttMeter): void {
    if (ask !== undefined && this.#away === undefined)
      this.#options.topics.publish(this.#broker, ask.topic, ask.payload);
  }
}

/** Some say that they are here before they listen. */
const settledMs = 2000;

/** One meter: when it is due, and why it does not come. */
class HeardMeter {
  readonly meter: MqttMeter;
  readonly #sink: MeterSink;
  readonly #time: TimePort;
  readonly #isAway: () => boolean;
  readonly #ask: () => void;
  #state: State = 'waiting';
  #dueTicksMs = 0;
  #cancel: Cancel | undefined;
  #cancelAsking: Cancel | undefined;
  #useless: { readonly why: Fault; readonly ticksMs: number } | undefined;
  isLate = false;

  constructor(meter: MqttMeter, sink: MeterSink, time: TimePort, isAway: () => boolean, ask: () => void) {
    this.meter = meter;
    this.#sink = sink;
    this.#time = time;
    this.#isAway = isAway;
    this.#ask = ask;
  }

  get state(): State {
    return this.#state;
  }

  /** What is wrong with what comes, where nothing else does. */
  get useless(): Fault | undefined {
    const { why, ticksMs = 0 } = this.#useless ?? {};
    return this.#time.ticksMs() - ticksMs <= 2 * this.meter.sampleMs ? why : undefined;
  }

  start(): void {
    this.#dueTicksMs = this.#time.ticksMs() + 2 * this.meter.sampleMs;
    this.#cancel = this.#time.after(this.meter.sampleMs, () => this.#tick());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancelAsking?.();
  }

  take(saying: Saying, { topic, isRetained }: Pick<TopicMessage, 'topic' | 'isRetained'>): void {
    const ticksMs = this.#time.ticksMs();
    if (saying.says !== 'values' && saying.says !== 'presence' && !isRetained)
      this.#useless = { why: fault(`topic.${saying.says}`, { topic: topic.slice(0, 128) }), ticksMs };
    if (saying.says === 'presence') {
      this.#state = saying.isHere ? 'waiting' : 'gone';
      // Gone is known at once; whoever comes has two intervals to say something.
      this.#dueTicksMs = ticksMs + (saying.isHere ? 2 * this.meter.sampleMs : 0);
      if (saying.isHere && !isRetained) {
        this.#cancelAsking?.();
        this.#cancelAsking = this.#time.after(settledMs, this.#ask);
      }
    } else if (saying.says === 'broken' && !isRetained) this.#sink.failed(ticksMs, 'malformed');
    else if (saying.says === 'values' && !isRetained) {
      this.#state = 'speaking';
      this.isLate = false;
      this.#useless = undefined;
      this.#dueTicksMs = ticksMs + 2 * this.meter.sampleMs;
      if (saying.identity !== undefined) this.#sink.identified?.(ticksMs, saying.identity);
      if (saying.isPartBroken) this.#sink.failed(ticksMs, 'malformed');
      this.#sink.samples(ticksMs, saying.samples);
    }
  }

  #tick(): void {
    this.#cancel = this.#time.after(this.meter.sampleMs, () => this.#tick());
    const ticksMs = this.#time.ticksMs();
    if (this.meter.ask?.isRepeated) this.#ask();
    if (ticksMs < this.#dueTicksMs) return;
    this.isLate = true;
    this.#sink.failed(ticksMs, this.#reason());
  }

  #reason(): Reason {
    // At the host's own broker nobody is there behind the last one that said so.
    if (this.#state === 'gone') return 'offline';
    return this.#isAway() ? 'notConfigured' : 'timeout';
  }
}
