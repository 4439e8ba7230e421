import type { Connector } from '../../../host/connectors/connector.ts';
import { Connectors } from '../../../host/connectors/connectors.ts';
import { noTopics, type Topics } from '../../../host/connectors/topics.ts';
import { Events } from '../../../host/events.ts';
import { Fleet } from '../../../host/fleet.ts';
import { Ingest } from '../../../host/ingest/ingest.ts';
import { LostAtHost } from '../../../host/ingest/lost-at-host.ts';
import { Secrets } from '../../../host/secrets/secrets.ts';
import { Store } from '../../../host/store/store.ts';
import { startWatch } from '../../../host/watch/watch.ts';
import { nodeRandom } from '../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

export interface HostWithConnectors {
  readonly store: Store;
  readonly fleet: Fleet;
  readonly connectors: Connectors;
  readonly time: VirtualTime;
  readonly secrets: Secrets;
  readonly logged: readonly string[];
  /** Lets the connectors' time go on, and waits until all they gave meanwhile is on disk. */
  pass(ms: number): Promise<void>;
  /** The host ends and starts again with the same database. */
  restart(): Promise<HostWithConnectors>;
  close(): Promise<void>;
}

const startMs = Date.UTC(2026, 5, 1, 12);

interface HostOptions {
  readonly kinds: readonly Connector[];
  readonly topics?: Topics;
  readonly store?: Store;
  readonly secrets?: Secrets;
  readonly time?: VirtualTime;
  /** For connectors that keep files. */
  readonly dataDir?: string;
}

/** Store, intake and connectors as the host has them, in memory and in time that is let run. */
export async function startHostWithConnectors(options: HostOptions): Promise<HostWithConnectors> {
  const time = options.time ?? new VirtualTime({ wallMs: startMs });
  const nowMs = () => time.wallMs() ?? 0;
  const store = options.store ?? (await Store.open({ zone: 'Europe/Berlin', upkeepMs: 0, nowMs }));
  const secrets = options.secrets ?? (await Secrets.open());
  const logged: string[] = [];
  const log = (level: string, text: string) => void logged.push(`${level} ${text}`);
  const events = new Events();
  const fleet = await Fleet.open(store, events, nowMs);
  const disk = { sizeBytes: 100e9, freeBytes: 50e9 };
  const watch = await startWatch({ dataDir: 'the disk', log, readDisk: async () => disk });
  const ingest = new Ingest({
    store,
    fleet,
    events,
    watch,
    lostAtHost: await LostAtHost.open({ store, fleet, log, nowMs }),
    acknowledge: (id, ack) => connectors.acknowledge(id, ack),
    log,
    nowMs,
  });
  const connectors = await Connectors.open({
    tables: store,
    secrets,
    kinds: new Map(options.kinds.map(kind => [kind.id, kind])),
    topics: options.topics ?? noTopics,
    dataDir: options.dataDir ?? '',
    log,
    deliver: (id, channel, payload) => ingest.receive(id, channel, payload),
    onConnection: (id, isConnected) => fleet.connection(id, isConnected),
    announcesNothing: id => fleet.announcesNothing(id),
    version: '0.0.0',
    nowMs,
    time,
    random: nodeRandom,
  });
  const end = async () => {
    connectors.close();
    await ingest.close();
    watch.close();
  };
  return {
    store,
    fleet,
    connectors,
    time,
    secrets,
    logged,
    async pass(ms) {
      time.advance(ms);
      // Records gather for a moment of both times.
      do {
        time.advance(60);
        await new Promise(resolve => setTimeout(resolve, 20));
      } while (connectors.counters()['connectors.recordsWaiting'] !== 0);
    },
    async restart() {
      await end();
      return startHostWithConnectors({ ...options, store, secrets, time });
    },
    async close() {
      await end();
      await store.close();
    },
  };
}
