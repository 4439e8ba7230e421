import type { ReadRequest } from '../core/modbus/frame.ts';
import { planReads } from '../core/modbus/plan.ts';
import { type MeterSettings, settingsDefaults } from '../core/wire/settings.ts';
import type { ModbusProfile, ModbusRegister } from '../profiles/profile.ts';
import { SlavePulse } from './slave-pulse.ts';
import type { MeterSink } from './source.ts';

export interface BusMeter {
  readonly settings: MeterSettings;
  readonly profile: ModbusProfile;
  readonly sink: MeterSink;
}

/** A meter while it is polled. */
export interface PolledMeter extends BusMeter {
  readonly address: number;
  readonly timeoutMs: number;
  readonly pulse: SlavePulse;
}

/** One read that is due again and again. */
export interface PollJob {
  readonly meter: PolledMeter;
  readonly request: ReadRequest;
  readonly registers: readonly ModbusRegister[];
  readonly intervalMs: number;
  dueTicks: number;
  /** When it was last begun. */
  servedTicks: number;
}

const defaultTimeoutMs = 300;

/**
 * The reads of a meter, first due at `startTicks`: registers of one interval are planned together. A register is
 * read at each sample of its meter, or less often where its profile says so.
 */
export function pollJobs(meter: BusMeter, startTicks: number): PollJob[] {
  const { settings, profile } = meter;
  const polled: PolledMeter = {
    ...meter,
    address: settings.address ?? profile.defaults.address,
    timeoutMs: settings.timeoutMs ?? defaultTimeoutMs,
    pulse: new SlavePulse(),
  };
  const sampleMs = settings.sampleMs ?? settingsDefaults.sampleMs;
  const byInterval = new Map<number, ModbusRegister[]>();
  for (const register of profile.registers) {
    const intervalMs = Math.max(sampleMs, register.everyMs ?? 0);
    const together = byInterval.get(intervalMs);
    if (together) together.push(register);
    else byInterval.set(intervalMs, [register]);
  }
  return [...byInterval].flatMap(([intervalMs, registers]) =>
    planReads(registers, profile.limits).map(block => ({
      meter: polled,
      request: { address: polled.address, fc: block.fc, start: block.start, count: block.count },
      registers: block.registers,
      intervalMs,
      dueTicks: startTicks,
      servedTicks: -Infinity,
    })),
  );
}
