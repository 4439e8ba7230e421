import { SlaveCounts, type SlaveFigures } from './slave-figures.ts';
import { SlavePulse } from './slave-pulse.ts';
import { SlaveTimeout } from './slave-timeout.ts';

/** How a slave wants to be asked; what is left out is nothing. */
export interface SlaveManners {
  /** It is waited for so long at the most, beyond the time that request and answer take on the wire. */
  readonly timeoutMs: number;
  /** It is left alone so long after each answer; others may be asked meanwhile. */
  readonly turnaroundMs?: number | undefined;
  /** The line is silent so long before it is asked, where another slave was asked before it. */
  readonly unitSwitchMs?: number | undefined;
}

/** A slave of a line, with all that its master knows of it. */
export class Slave {
  readonly address: number;
  readonly turnaroundMs: number;
  readonly unitSwitchMs: number;
  readonly timeout: SlaveTimeout;
  readonly pulse = new SlavePulse();
  readonly counts = new SlaveCounts();
  /** Before it, it is asked nothing. */
  restsUntilTicks = -Infinity;

  constructor(address: number, { timeoutMs, turnaroundMs = 0, unitSwitchMs = 0 }: SlaveManners) {
    this.address = address;
    this.timeout = new SlaveTimeout(timeoutMs);
    this.turnaroundMs = turnaroundMs;
    this.unitSwitchMs = unitSwitchMs;
  }

  restUntil(ticks: number): void {
    this.restsUntilTicks = Math.max(this.restsUntilTicks, ticks);
  }

  /** All that is known of it, for people; `meter` is the id of the meter that it is. */
  figures(meter: string): SlaveFigures {
    const { requests, answers, timeouts, crcErrors, exceptions, foreign, late, latency } = this.counts;
    return {
      address: this.address,
      meter,
      state: this.pulse.state,
      timeoutMs: Math.round(this.timeout.ms),
      requests,
      answers,
      timeouts,
      crcErrors,
      exceptions,
      foreign,
      late,
      latency: Array.from(latency),
    };
  }
}
