import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TimePort } from '#ports';
import { machineTime } from '../../../../host/connectors/node-ports.ts';
import { connector } from '../../../../host/connectors/opcua/connector.ts';
import type { OpcUaSettings } from '../../../../host/connectors/opcua/settings.ts';
import { noTopics } from '../../../../host/connectors/topics.ts';
import { nodeRandom } from '../../../../simulator/gateway/random.ts';
import {
  type OpcUaServerOptions,
  SimulatedOpcUaServer,
} from '../../../../simulator/sources/opcua/opcua-server.ts';
import { patienceMs } from '../../../patience.ts';
import { RecordingSink } from '../run-connector.ts';

/** A row for each: what it is, at which node, with which factor. */
export type Rows = readonly (readonly [
  quantity: OpcUaSettings['values'][number]['quantity'],
  nodeId: string,
  factor?: number,
])[];

/** Servers are asked for each value so often. */
const everyS = 0.25;

export const valuesOf = (rows: Rows): OpcUaSettings['values'] =>
  rows.map(([quantity, nodeId, factor = 1]) => ({ id: 'm', name: 'M', quantity, nodeId, factor, everyS }));

/** A source's own seconds last four: what comes often is given as long to come as if it came each second. */
const slowTime: TimePort = {
  ...machineTime,
  ticksMs: () => machineTime.ticksMs() * everyS,
  after: (delayMs, callback) => machineTime.after(delayMs / everyS, callback),
};

/** What failed from now on: before a source has connected, what is due is missing. */
export function failuresFromNow(sink: RecordingSink): readonly string[] {
  sink.failures.length = 0;
  return sink.failures;
}

/** Servers and sources of a test file, in a folder that is removed. */
export class OpcUaBench {
  readonly folder: string;
  readonly logged: string[] = [];
  readonly #ended: (() => unknown)[] = [];

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<OpcUaBench> {
    return new OpcUaBench(await mkdtemp(join(tmpdir(), 'joulegate-opcua-')));
  }

  /** The host's own folder for it. */
  get hostFolder(): string {
    return join(this.folder, 'host');
  }

  async server(options: Omit<OpcUaServerOptions, 'folder'>): Promise<SimulatedOpcUaServer> {
    const folder = join(this.folder, 'server');
    const server = await SimulatedOpcUaServer.start({ folder, isSmall: true, everyMs: 0, ...options });
    this.#ended.push(() => server.stop());
    return server;
  }

  /** One meter, `m`. */
  run(settings: Omit<OpcUaSettings, 'security' | 'login'> & Partial<OpcUaSettings>) {
    const sink = new RecordingSink();
    const source = connector.open({
      settings: { security: 'none', login: 'anonymous', ...settings },
      sinks: new Map([['m', sink]]),
      time: slowTime,
      random: nodeRandom,
      topics: noTopics,
      store: { put: async () => {} },
      folder: this.hostFolder,
      log: (_level, text) => void this.logged.push(text),
    });
    source.start();
    this.#ended.push(() => source.stop());
    return { sink, source };
  }

  /** What looking around gives, or the words why it gives nothing. */
  async discover(settings: object) {
    const { discover } = connector;
    if (discover === undefined) throw new Error('it cannot look around');
    const signal = AbortSignal.timeout(patienceMs);
    return discover({ settings, topics: noTopics, folder: this.hostFolder, log: () => {}, signal });
  }

  async close(): Promise<void> {
    for (const end of this.#ended.splice(0).reverse()) await end();
    await rm(this.folder, { recursive: true, force: true });
  }
}
