import type { ReadRequest } from '../core/modbus/frame.ts';
import { planReads, type ReadLimits } from '../core/modbus/plan.ts';
import type { SunspecModel, SunspecSearch } from '../core/modbus/sunspec.ts';
import { type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import { type ModbusProfile, type ModbusRegister, trustedRegisters } from '../profiles/profile.ts';
import type { RefusedBlock } from './refused-block.ts';
import { Slave } from './slave.ts';
import type { MeterSink } from './source.ts';

export interface BusMeter {
  readonly settings: MeterSettings;
  readonly profile: ModbusProfile;
  readonly sink: MeterSink;
}

/** A meter while it is polled. Meters at one address are one slave. */
export interface PolledMeter extends BusMeter {
  readonly slave: Slave;
}

/** One read that is due again and again. */
export interface PollJob {
  readonly meter: PolledMeter;
  readonly request: ReadRequest;
  readonly registers: readonly ModbusRegister[];
  readonly intervalMs: number;
  /** It is due from here, until its interval is over. */
  dueTicks: number;
  /** When it was last begun. */
  servedTicks: number;
  /** From when on it may be asked, and until when it must be; worked out anew for each choice. */
  readyTicks: number;
  deadlineTicks: number;
  /** How often in a row the slave put it off, and how often it refused it. */
  delays: number;
  refusals: number;
  /** The block that the meter refused, of which this is the whole or a part. */
  refused: RefusedBlock | undefined;
  /** Of a device whose registers are looked for: the search of which this read is a step. */
  readonly search?: SunspecSearch;
  /** Of a read that begins with the header of a SunSpec model: the model, as it was found. */
  readonly model?: SunspecModel;
  /** Whether it was ever answered. */
  isAnswered?: true;
}

const defaultTimeoutMs = 300;

/** Meters with their slaves: those at one address are the same slave, asked as the first of them wants it. */
export function polledMeters(meters: readonly BusMeter[]): PolledMeter[] {
  const slaves = new Map<number, Slave>();
  return meters.map(meter => {
    const { settings, profile } = meter;
    // Settings are refused where neither they nor the profile say it.
    const address = settings.address ?? profile.defaults.address ?? 247;
    const { turnaroundMs, unitSwitchMs } = profile.limits;
    const timeoutMs = settings.timeoutMs ?? defaultTimeoutMs;
    const slave = slaves.get(address) ?? new Slave(address, { timeoutMs, turnaroundMs, unitSwitchMs });
    slaves.set(address, slave);
    return { ...meter, slave };
  });
}

/**
 * The reads of a meter, first due at `startTicks`: registers of one interval are planned together. A register is
 * read at each sample of its meter, or less often where its profile says so.
 */
export function pollJobs(meter: PolledMeter, startTicks = 0): PollJob[] {
  const { settings, profile } = meter;
  const sampleMs = settings.sampleMs ?? settingsDefaults.sampleMs;
  const byInterval = new Map<number, ModbusRegister[]>();
  for (const register of trustedRegisters(profile)) {
    const intervalMs = Math.max(sampleMs, register.everyMs ?? 0);
    const together = byInterval.get(intervalMs);
    if (together) together.push(register);
    else byInterval.set(intervalMs, [register]);
  }
  return [...byInterval].flatMap(([intervalMs, registers]) =>
    jobsOf(meter, registers, profile.limits, intervalMs, startTicks),
  );
}

/** The reads of these registers, within these limits. */
export const jobsOf = (
  meter: PolledMeter,
  registers: readonly ModbusRegister[],
  limits: ReadLimits,
  intervalMs: number,
  dueTicks: number,
): PollJob[] =>
  planReads(registers, limits).map(block => ({
    meter,
    request: { address: meter.slave.address, fc: block.fc, start: block.start, count: block.count },
    registers: block.registers,
    intervalMs,
    dueTicks,
    servedTicks: -Infinity,
    readyTicks: dueTicks,
    deadlineTicks: dueTicks + intervalMs,
    delays: 0,
    refusals: 0,
    refused: undefined,
  }));
