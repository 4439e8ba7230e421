import { planReads, type ReadLimits } from '../core/modbus/plan.ts';
import { type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import { type ModbusProfile, type ModbusRegister, trustedRegisters } from '../profiles/profile.ts';
import type { NewJob } from './poll-jobs.ts';
import { Slave, slaveRows } from './slave.ts';
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

const defaultTimeoutMs = 300;

/** Meters with their slaves: those at one address are the same slave, asked as the first of them wants it. */
export function polledMeters(meters: readonly BusMeter[]): PolledMeter[] {
  const slaves = new Map<number, Slave>();
  const rows = slaveRows(meters.length);
  return meters.map(({ settings, profile, sink }) => {
    // Settings are refused where neither they nor the profile say it.
    const address = settings.address ?? profile.defaults.address ?? 247;
    const { turnaroundMs, unitSwitchMs } = profile.limits;
    const timeoutMs = settings.timeoutMs ?? defaultTimeoutMs;
    const slave =
      slaves.get(address) ?? new Slave(address, { timeoutMs, turnaroundMs, unitSwitchMs }, rows, slaves.size);
    slaves.set(address, slave);
    return { settings, profile, sink, slave };
  });
}

export const sampleMsOf = ({ settings }: PolledMeter): number =>
  settings.sampleMs ?? settingsDefaults.sampleMs;

/**
 * The reads of a meter, first due at `startTicks`: registers of one interval are planned together. A register is
 * read at each sample of its meter, or less often where its profile says so.
 */
export function pollJobs(meter: PolledMeter, number: number, startTicks = 0): NewJob[] {
  const { profile } = meter;
  const sampleMs = sampleMsOf(meter);
  const byInterval = new Map<number, ModbusRegister[]>();
  for (const register of trustedRegisters(profile)) {
    const intervalMs = Math.max(sampleMs, register.everyMs ?? 0);
    const together = byInterval.get(intervalMs);
    if (together) together.push(register);
    else byInterval.set(intervalMs, [register]);
  }
  return [...byInterval].flatMap(([intervalMs, registers]) =>
    jobsOf(number, registers, profile.limits, intervalMs, startTicks),
  );
}

/** The reads of these registers, within these limits. */
export const jobsOf = (
  meter: number,
  registers: readonly ModbusRegister[],
  limits: ReadLimits,
  intervalMs: number,
  dueTicks: number,
): NewJob[] => planReads(registers, limits).map(block => ({ meter, block, intervalMs, dueTicks }));
