import type { BusMeter } from '#app/poll-job.ts';
import type { SlaveFigures } from '#app/slave-figures.ts';
import { type Fault, fault } from '../../faults/fault.ts';
import type { ConnectorSource, SourceOptions } from '../connector.ts';
import { OpenLines } from './open-lines.ts';
import { type MeterRow, type ModbusSettings, modbusProfile } from './settings.ts';
import type { Member, SharedLine } from './shared-line.ts';
import { unitZeroAddress } from './tcp-frames.ts';
import { type Way, wayOf } from './way.ts';

/** All lines that this host has open. */
export const openLines = new OpenLines();

/** Networks and converters take their time; gateways for Modbus TCP wait for a slave before they say that it is silent. */
const timeoutsMs: Readonly<Record<Way['transport'], number>> = Object.freeze({
  serial: 300,
  rtu: 500,
  tcp: 1000,
});

/** Meters of one connector, polled by the gateway's own code on a line that others may share. */
export class ModbusSource implements ConnectorSource {
  readonly #options: SourceOptions<ModbusSettings>;
  readonly #way: Way;
  readonly #member: Member;
  #line: SharedLine | undefined;

  /** @throws FaultError where another connector asks otherwise on the same wire */
  constructor(options: SourceOptions<ModbusSettings>) {
    this.#options = options;
    this.#way = wayOf(options.settings);
    this.#member = { meters: options.settings.meters.flatMap(row => this.#meterOf(row)) };
    openLines.check(this.#way);
  }

  start(): void {
    const { time, log } = this.#options;
    this.#line = openLines.line(this.#way, time, log);
    this.#line.join(this.#member);
  }

  stop(): void {
    this.#line?.leave(this.#member);
    this.#line = undefined;
  }

  counters(): Readonly<Record<string, number>> {
    return this.#line?.counters() ?? {};
  }

  fault(): Fault | undefined {
    return this.#line?.fault ?? this.#silence();
  }

  isRefused(): boolean {
    return this.#line?.fault !== undefined;
  }

  /** Where the line is well and each of these meters says nothing. */
  #silence(): Fault | undefined {
    const slaves = this.#line?.slaves().filter(slave => this.#isOwn(slave)) ?? [];
    if (slaves.length === 0 || slaves.some(({ state }) => state !== 'silent')) return undefined;
    const units = [...new Set(slaves.map(({ address }) => unitOf(address)))].join(', ');
    return fault(this.#way.transport === 'tcp' ? 'modbus.silent.tcp' : 'modbus.silent', { units });
  }

  #isOwn({ meter, address }: SlaveFigures): boolean {
    return this.#member.meters.some(({ settings }) => settings.id === meter && settings.address === address);
  }

  #meterOf({ id, name, profile: profileId, unit, sampleMs, timeoutMs }: MeterRow): BusMeter[] {
    const profile = modbusProfile(profileId);
    const sink = this.#options.sinks.get(id);
    if (profile === undefined || sink === undefined) return [];
    const settings = {
      id,
      name,
      profile: profileId,
      line: 'modbus',
      address: unit === 0 ? unitZeroAddress : unit,
      timeoutMs: timeoutMs ?? timeoutsMs[this.#way.transport],
      ...(sampleMs !== undefined && { sampleMs }),
    };
    return [{ settings, profile, sink }];
  }
}

/** As the settings name it. */
export const unitOf = (address: number): number => (address === unitZeroAddress ? 0 : address);
