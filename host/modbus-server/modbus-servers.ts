import type { TimePort } from '#ports';
import type { Tables } from '../auth/tables.ts';
import { machineTime } from '../connectors/node-ports.ts';
import type { Events } from '../events.ts';
import { type Fault, fault } from '../faults/fault.ts';
import type { Log } from '../logging/host-log.ts';
import { messageOf } from '../message-of.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { SealedTable, type SetUp } from '../set-up/sealed-table.ts';
import { kindNamed, mistakesOf, SettingsMistakes } from '../set-up/settings-mistakes.ts';
import type { HealthReason } from '../watch/health.ts';
import { type ModbusServerCounters, newModbusServerCounters } from './counters.ts';
import { type PlayedMeter, playedMeters } from './kinds.ts';
import { probeListening } from './listening.ts';
import { ModbusServer } from './server.ts';
import { listenOf, type ModbusServerSettings } from './settings.ts';

export interface ModbusServersOptions {
  readonly tables: Tables;
  readonly secrets: Pick<Secrets, 'seal' | 'open'>;
  readonly events: Events;
  /** Asks a gateway for live values until what is given back is called. */
  readonly watch: (gateway: string) => () => void;
  /** Quantities that a meter is known to measure. */
  readonly series: (gateway: string, meter: string) => ReadonlySet<string>;
  readonly log: Log;
  readonly nowMs: () => number;
  readonly time?: TimePort;
  /** For a command: no port is opened. */
  readonly isStill?: boolean | undefined;
}

/** The meter that is shown stands beside the sealed settings, so that it is found where its site is erased. */
interface Manner {
  readonly meter: string;
}

export type SavedModbusServer = Omit<SetUp, 'site'>;

export interface ModbusServerState extends SavedModbusServer {
  /** Clients that are connected. */
  readonly clients: number;
  /** Why clients get no values; undefined where they do, or it is off. */
  readonly fault: Fault | undefined;
}

interface Entry {
  saved: SavedModbusServer;
  server: ModbusServer | undefined;
  fault: Fault | undefined;
}

/** Meters that this host shows over Modbus TCP: kept in a table, listening while they are on. */
export class ModbusServers {
  readonly #options: ModbusServersOptions;
  readonly #table: SealedTable<Manner>;
  readonly #entries = new Map<string, Entry>();
  readonly #counters: ModbusServerCounters = newModbusServerCounters();
  readonly #stopListening: () => void;

  private constructor(options: ModbusServersOptions, table: SealedTable<Manner>) {
    this.#options = options;
    this.#table = table;
    this.#stopListening = options.events.on(event => {
      if (event.type !== 'live') return;
      for (const { saved, server } of this.#entries.values()) {
        const meter = server && meterIn(saved, event.gateway);
        const values = meter === undefined ? undefined : event.meters[meter];
        if (values !== undefined) server?.take(values);
      }
    });
  }

  /** Starts those that are on. @throws Error of the store */
  static async open(options: ModbusServersOptions): Promise<ModbusServers> {
    const { tables, secrets } = options;
    const table = await SealedTable.open<Manner>('modbus_server', tables, secrets);
    const servers = new ModbusServers(options, table);
    for (const { meter: _, site: __, ...saved } of await table.all()) servers.#apply(servers.#entry(saved));
    return servers;
  }

  get kinds(): ReadonlyMap<string, PlayedMeter> {
    return playedMeters;
  }

  list(): ModbusServerState[] {
    return [...this.#entries.values()].map(stateOf).sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  get(id: string): ModbusServerState | undefined {
    const entry = this.#entries.get(id);
    return entry && stateOf(entry);
  }

  /** Where one listens; undefined while it does not. */
  portOf(id: string): number | undefined {
    return this.#entries.get(id)?.server?.port;
  }

  /** Adds one, or changes it: its clients are hung up on, and come again. @throws SettingsMistakes, Error of the store */
  async save(wanted: Omit<SavedModbusServer, 'createdMs'>): Promise<ModbusServerState> {
    const settings = this.check(wanted);
    const before = this.#entries.get(wanted.id);
    const saved = { ...wanted, createdMs: before?.saved.createdMs ?? this.#options.nowMs() };
    await this.#table.save({ ...saved, site: null, meter: settings.meter });
    const entry = this.#entry(saved);
    this.#apply(entry);
    return stateOf(entry);
  }

  /** Harmless where there is none. @throws Error of the store */
  async remove(id: string): Promise<void> {
    await this.#table.remove(id);
    this.#entries.get(id)?.server?.close();
    this.#entries.delete(id);
  }

  /**
   * Why a server could not listen so; undefined where it could, or the one of this id does already.
   * @throws SettingsMistakes
   */
  async probe(wanted: Omit<SavedModbusServer, 'createdMs' | 'name'>): Promise<Fault | undefined> {
    const settings = this.check(wanted);
    const { saved, server } = this.#entries.get(wanted.id) ?? {};
    if (server?.port !== undefined && isSamePlace(saved?.settings, settings)) return undefined;
    return probeListening(listenOf(settings), settings.port);
  }

  /** @throws SettingsMistakes */
  check({ id, kind, settings, isOn }: Omit<SavedModbusServer, 'createdMs' | 'name'>): ModbusServerSettings {
    const mistakes = mistakesOf(kindNamed(playedMeters, kind), settings);
    if (mistakes.length > 0) throw new SettingsMistakes(mistakes);
    const checked = settings as ModbusServerSettings;
    const other = [...this.#entries.values()].find(
      ({ saved }) => isOn && saved.id !== id && saved.isOn && isSamePlace(saved.settings, checked),
    );
    if (other !== undefined)
      throw new SettingsMistakes([
        { field: 'port', message: `${checked.port} is that of ${other.saved.id}; another is allowed` },
      ]);
    return checked;
  }

  /** Those whose clients get no values, for health. */
  reasons(): readonly HealthReason[] {
    return this.list().flatMap(({ id, fault }) =>
      fault === undefined
        ? []
        : [
            {
              code: 'modbusServer.failing',
              level: 'degraded',
              detail: `${id}: ${fault.message}`,
              facts: { id, said: fault.message },
            },
          ],
    );
  }

  /** By name, for metrics. */
  counters(): Record<string, number> {
    let [running, clients] = [0, 0];
    for (const { server } of this.#entries.values()) {
      running += Number(server !== undefined);
      clients += server?.clients ?? 0;
    }
    const counts = Object.entries(this.#counters).map(([name, count]) => [`modbusServers.${name}`, count]);
    return {
      'modbusServers.running': running,
      'modbusServers.clients': clients,
      ...Object.fromEntries(counts),
    };
  }

  close(): void {
    this.#stopListening();
    for (const { server } of this.#entries.values()) server?.close();
    this.#entries.clear();
  }

  #entry(saved: SavedModbusServer): Entry {
    const entry: Entry = this.#entries.get(saved.id) ?? { saved, server: undefined, fault: undefined };
    entry.saved = saved;
    this.#entries.set(saved.id, entry);
    return entry;
  }

  /** Makes it listen as it is saved. */
  #apply(entry: Entry): void {
    const { events: _, watch, series, log, time = machineTime, isStill } = this.#options;
    const { id, kind, isOn, settings } = entry.saved;
    entry.server?.close();
    entry.server = undefined;
    entry.fault = undefined;
    if (!isOn || isStill) return;
    if (settings === undefined) {
      entry.fault = fault('settings.lost', {});
      return;
    }
    try {
      const checked = this.check(entry.saved);
      const [gateway = '', meter = ''] = checked.meter.split('.');
      entry.server = new ModbusServer({
        id,
        settings: checked,
        map: kindNamed(playedMeters, kind).map(id, checked),
        time,
        log,
        counters: this.#counters,
        series: () => series(gateway, meter),
        watch: () => watch(gateway),
      });
      entry.server.start();
    } catch (error) {
      entry.fault = fault('modbusServer.settings', { said: messageOf(error) });
      log('warn', `modbus server ${id} does not run: ${entry.fault.message}`, 'modbusServer.broken');
    }
  }
}

/** The id of the meter that is shown, where it is of this gateway. */
function meterIn({ settings }: SavedModbusServer, gateway: string): string | undefined {
  const { meter } = settings as ModbusServerSettings;
  return meter.startsWith(`${gateway}.`) ? meter.slice(gateway.length + 1) : undefined;
}

/** Whether both would listen at one port: at one address, or where one of them does at all. */
function isSamePlace(one: unknown, other: ModbusServerSettings): boolean {
  if (one === undefined) return false;
  const of = one as ModbusServerSettings;
  const addresses = [listenOf(of), listenOf(other)];
  const isAll = addresses.some(address => address === '0.0.0.0' || address === '::');
  return of.port === other.port && (isAll || addresses[0] === addresses[1]);
}

const stateOf = ({ saved, server, fault }: Entry): ModbusServerState => ({
  ...saved,
  clients: server?.clients ?? 0,
  fault: fault ?? server?.fault,
});
