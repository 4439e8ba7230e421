import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type Host, startHost } from '../../host/main.ts';
import { Store } from '../../host/store/store.ts';
import { serveCalls } from './calls.ts';
import { timedMs } from './numbers.ts';

/** How the host was, since the last look. */
export interface HostFigures {
  readonly loopP99Ms: number;
  readonly loopMaxMs: number;
  /** Sums over all gateways since the start. */
  readonly records: number;
  readonly values: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly lost: number;
  readonly malformed: number;
  readonly implausible: number;
  readonly deferred: number;
}

/** What the host's process can be asked. */
export interface HostCalls {
  /** Starts it with a credential for each gateway. */
  readonly start: {
    readonly takes: { readonly dataDir: string; readonly gateways: readonly string[] };
    readonly gives: {
      readonly mqttPort: number;
      readonly passwords: Readonly<Record<string, string>>;
      readonly startMs: number;
    };
  };
  readonly take: { readonly takes: null; readonly gives: HostFigures };
  /** Closes it, opens its database again and tells how far each gateway is stored there. */
  readonly reopen: {
    readonly takes: { readonly gateways: readonly string[]; readonly epoch: string };
    readonly gives: { readonly closeMs: number; readonly watermarks: Readonly<Record<string, number>> };
  };
}

/** The histogram holds the timer's own length too. */
const resolutionMs = 1;
const loop = monitorEventLoopDelay({ resolution: resolutionMs });
const zone = 'Europe/Berlin';
let host: Host | undefined;
let dir = '';

const running = (): Host => {
  if (host === undefined) throw new Error('no host runs');
  return host;
};

serveCalls<HostCalls>({
  async start({ dataDir, gateways }) {
    dir = dataDir;
    const startMs = await timedMs(async () => {
      host = await startHost({
        dataDir,
        httpHost: '127.0.0.1',
        httpPort: 0,
        mqttHost: '127.0.0.1',
        mqttPort: 0,
        zone,
      });
    });
    const { auth, broker } = running();
    const passwords: Record<string, string> = {};
    for (const gateway of gateways) passwords[gateway] = await auth.credentials.issue(gateway);
    loop.enable();
    return { mqttPort: broker.port, passwords, startMs };
  },
  take() {
    const ms = (nanoseconds: number) => Math.max(nanoseconds / 1e6 - resolutionMs, 0);
    const ingests = running()
      .fleet.gateways()
      .map(({ ingest }) => ingest);
    const sum = (name: keyof (typeof ingests)[number]) =>
      ingests.reduce((total, ingest) => total + ingest[name], 0);
    const figures = {
      loopP99Ms: ms(loop.percentile(99)),
      loopMaxMs: ms(loop.max),
      records: sum('records'),
      values: sum('values'),
      duplicates: sum('duplicates'),
      outOfOrder: sum('outOfOrder'),
      lost: sum('lost'),
      malformed: sum('malformed'),
      implausible: sum('implausible'),
      deferred: sum('deferred'),
    };
    loop.reset();
    return figures;
  },
  async reopen({ gateways, epoch }) {
    const closeMs = await timedMs(() => running().close());
    const store = await Store.open({ dataDir: dir, zone });
    const watermarks = Object.fromEntries(
      gateways.map(gateway => [gateway, store.watermark(gateway, epoch)]),
    );
    await store.close();
    return { closeMs, watermarks };
  },
});
