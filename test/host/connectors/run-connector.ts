import type { MeterIdentity, MeterSink, Sample } from '#app/source.ts';
import type { Connector } from '../../../host/connectors/connector.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { memoryTopics } from './memory-topics.ts';

export class RecordingSink implements MeterSink {
  readonly samplesTaken: Sample[] = [];
  readonly failures: string[] = [];
  readonly identities: MeterIdentity[] = [];

  samples(_ticksMs: number, samples: readonly Sample[]): void {
    this.samplesTaken.push(...samples);
  }

  failed(_ticksMs: number, reason: string): void {
    this.failures.push(reason);
  }

  identified(_ticksMs: number, identity: MeterIdentity): void {
    this.identities.push(identity);
  }

  /** Newest of each quantity. */
  get values(): Record<string, number> {
    return Object.fromEntries(this.samplesTaken.map(({ quantity, value }) => [quantity, value]));
  }
}

/** A connector of MQTT that runs with these settings, in virtual time, with what it hears in memory. */
export function runConnector(connector: Connector, settings: unknown) {
  const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1, 12) });
  const topics = memoryTopics();
  const sinks = new Map(connector.meters(settings).map(({ id }) => [id, new RecordingSink()]));
  const source = connector.open({
    settings,
    sinks,
    time,
    topics,
    random: nodeRandom,
    store: { put: async () => {} },
    folder: '',
    log: () => {},
  });
  source.start();
  const sink = (id: string): RecordingSink => {
    const of = sinks.get(id);
    if (of === undefined) throw new Error(`there is no meter ${id}`);
    return of;
  };
  return { source, topics, time, sink };
}
