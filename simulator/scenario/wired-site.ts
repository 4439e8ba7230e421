import type { QuantityId } from '#core/quantities.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { TimePort } from '#ports';
import { findProfile } from '#profiles/registry.ts';
import type { I2cChip } from '../gateway/node-ports.ts';
import { nodeTime } from '../gateway/node-time.ts';
import { ChangedCounters } from '../happenings/changed-counters.ts';
import type { LineFaults } from '../line/faults.ts';
import { Ina219Chip } from '../meters/ina219-chip.ts';
import type { ModbusSlave } from '../meters/modbus-slave.ts';
import { p1Clock } from '../meters/p1-clock.ts';
import { P1Peaks } from '../meters/p1-peaks.ts';
import { type RtuTcpServer, serveRtuOverTcp } from '../meters/rtu-tcp-server.ts';
import { type SmlTcpServer, serveSmlOverTcp } from '../meters/sml-tcp-server.ts';
import { SwitchedHead } from '../meters/switched-head.ts';
import type { P1Texts } from '../meters/telegram-head.ts';
import type { GatewayShare } from './gateways.ts';
import { usualChipAddress } from './meter-mistakes.ts';
import { pointReader, scenarioSlave } from './meter-reading.ts';
import { headsOf } from './meter-rules.ts';
import type { RunningPlant, Scenario, ScenarioLine, ScenarioMeter } from './scenario.ts';

export interface WiredSiteOptions {
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  /** The plant's time, UTC ms: what its meters show is what was true then. */
  readonly plantMs: () => number;
  /** TCP ports on 127.0.0.1 by the lines' ids; any free one for the others. */
  readonly tcpPorts?: Readonly<Record<string, number>>;
  /** Of every RS485 line. */
  readonly faults?: Partial<LineFaults>;
}

interface WiredLineBase {
  readonly line: ScenarioLine;
  /** Its port's name, as a gateway's settings want it. */
  readonly port: string;
  readonly meters: readonly ScenarioMeter[];
}

export interface WiredChip {
  readonly meter: ScenarioMeter;
  readonly address: number;
  readonly chip: Ina219Chip;
}

/** A line of a site with its meters: on a TCP port, and the meters themselves for lines of another kind. */
export type WiredLine = WiredLineBase &
  (
    | { readonly kind: 'rs485'; readonly server: RtuTcpServer; readonly slaves: readonly ModbusSlave[] }
    | {
        readonly kind: 'ir';
        readonly server: SmlTcpServer;
        readonly head: SwitchedHead;
        readonly speaks: string;
      }
    | { readonly kind: 'i2c'; readonly chips: readonly WiredChip[] }
  );

/** A scenario's plant with its meters on wires. */
export interface WiredSite {
  readonly scenario: Scenario;
  readonly plant: RunningPlant;
  readonly lines: readonly WiredLine[];
  /** Chips by port and address, as `nodePorts` takes them. */
  readonly chips: ReadonlyMap<string, I2cChip>;
  /** What the counters of its meters show, by the meters' ids. */
  readonly counters: ReadonlyMap<string, ChangedCounters>;
  close(): Promise<void>;
}

/** A line's TCP port could not be had. */
export class PortError extends Error {
  readonly line: string;
  readonly port: number;
  readonly code: string;

  constructor(line: string, port: number, code: string) {
    super(`line ${line}: port ${port} cannot be had (${code})`);
    this.line = line;
    this.port = port;
    this.code = code;
  }
}

/** An SDM630 answers after some 15 to 60 ms. */
const turnaroundMs = 15;
/** What common INA219 boards carry; the profile takes it for granted. */
export const usualShuntOhm = 0.1;

/** Puts the meters of a scenario on a running plant and serves them. @throws PortError where a port is taken. */
export async function wireSite(options: WiredSiteOptions, time: TimePort = nodeTime): Promise<WiredSite> {
  const { scenario, plant } = options;
  const lines: WiredLine[] = [];
  const chips = new Map<string, I2cChip>();
  const counters = new Map<string, ChangedCounters>();
  const close = async (): Promise<void> => {
    await Promise.all(lines.map(line => (line.kind === 'i2c' ? undefined : line.server.close())));
  };
  for (const line of scenario.lines) {
    const meters = scenario.meters.filter(meter => meter.line === line.id);
    try {
      lines.push(await wireLine(line, meters, options, chips, counters, time));
    } catch (error) {
      await close();
      const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
      throw code === undefined ? error : new PortError(line.id, options.tcpPorts?.[line.id] ?? 0, code);
    }
  }
  return { scenario, plant, lines, chips, counters, close };
}

async function wireLine(
  line: ScenarioLine,
  meters: readonly ScenarioMeter[],
  options: WiredSiteOptions,
  chips: Map<string, I2cChip>,
  counters: Map<string, ChangedCounters>,
  time: TimePort,
): Promise<WiredLine> {
  const { plant, plantMs, tcpPorts = {}, faults = {} } = options;
  const tcpPort = tcpPorts[line.id] ?? 0;
  const readerOf = (meter: ScenarioMeter) => {
    const changed = new ChangedCounters(pointReader(plant, meter, plantMs));
    counters.set(meter.id, changed);
    return changed.read;
  };
  if (line.kind === 'i2c') {
    const port = `sim://${line.id}`;
    const wired = meters.map((meter): WiredChip => {
      const address = meter.address ?? usualChipAddress;
      return { meter, address, chip: chipOf(meter, options) };
    });
    for (const { address, chip } of wired) chips.set(`${port}/${address}`, chip);
    return { kind: 'i2c', line, port, meters, chips: wired };
  }
  if (line.kind === 'ir') {
    const [meter] = meters;
    const speaks = meter?.head ?? headsOf(meter?.profile ?? 'sml-meter')[0] ?? 'sml';
    const read = meter === undefined ? () => undefined : readerOf(meter);
    const head = new SwitchedHead(speaks, read, meter && p1Texts(options, meter));
    const server = await serveSmlOverTcp({
      time,
      head,
      port: tcpPort,
      baud: line.baud ?? 9600,
      seed: plant.seed,
    });
    return { kind: 'ir', line, port: `tcp://127.0.0.1:${server.port}`, meters, server, head, speaks };
  }
  const slaves = meters.map(meter => scenarioSlave(meter, readerOf(meter)));
  const server = await serveRtuOverTcp({
    time,
    baud: line.baud ?? 9600,
    parity: line.parity ?? 'none',
    stopBits: line.stopBits ?? 1,
    seed: plant.seed,
    slaves,
    turnaroundMs,
    port: tcpPort,
  });
  server.line.setFaults(faults);
  return { kind: 'rs485', line, port: `tcp://127.0.0.1:${server.port}`, meters, server, slaves };
}

/** The clock of a P1 meter, and what its quarters of an hour come to. */
function p1Texts({ scenario, plant, plantMs }: WiredSiteOptions, meter: ScenarioMeter): P1Texts {
  const clock = p1Clock(scenario.place.zone);
  const peaks = new P1Peaks(clock);
  const point = plant.point(meter.at);
  return {
    clock: () => clock(Math.floor(plantMs() / 1000)),
    demand: () => {
      plant.advanceTo(plantMs());
      const demand = { nowW: point.demandNowW(), lastW: point.read('demandImportW') ?? 0 };
      return peaks.lines(Math.floor(plant.atMs / 1000), demand);
    },
  };
}

function chipOf(meter: ScenarioMeter, { plant, plantMs }: WiredSiteOptions): Ina219Chip {
  const read = pointReader(plant, meter, plantMs);
  const known = (quantity: QuantityId) => () => read(quantity) ?? 0;
  return new Ina219Chip({
    shuntOhm: meter.shuntOhm ?? usualShuntOhm,
    voltageV: known('voltageV'),
    currentA: known('currentA'),
    seed: plant.seed,
  });
}

/** What a gateway has to be told to measure its share of the site. `windowS` and `sampleMs` hold for every meter. */
export function shareSettings(
  { lines }: { readonly lines: readonly Pick<WiredLine, 'line' | 'port'>[] },
  share: GatewayShare,
  { windowS, sampleMs }: { readonly windowS: number; readonly sampleMs: number },
): Pick<GatewaySettings, 'lines' | 'meters'> {
  return {
    lines: share.lines.map(({ id, kind, baud, parity, stopBits }) => ({
      id,
      kind,
      port: lines.find(({ line }) => line.id === id)?.port ?? '',
      ...(baud === undefined ? {} : { baud }),
      ...(parity === undefined ? {} : { parity }),
      ...(stopBits === undefined ? {} : { stopBits }),
    })),
    meters: share.meters.map(({ id, name, profile, line, address, shuntOhm, maxCurrentA }) => {
      const chip = findProfile(profile)?.kind === 'ina219' ? usualChipAddress : undefined;
      const at = address ?? chip;
      return {
        id,
        name,
        profile,
        line,
        windowS,
        sampleMs,
        ...(at === undefined ? {} : { address: at }),
        ...(shuntOhm === undefined ? {} : { shuntOhm }),
        ...(maxCurrentA === undefined ? {} : { maxCurrentA }),
      };
    }),
  };
}
