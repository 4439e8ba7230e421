import type { LineSettings } from '../core/wire/settings.ts';
import type { Cancel, Ports, TimePort } from '../ports.ts';
import { DcMeter, type DcMeterOptions } from './dc-meter.ts';
import type { Source } from './source.ts';

export interface DcSourceOptions {
  readonly time: TimePort;
  readonly line: LineSettings;
  readonly openI2c: Ports['openI2c'];
  readonly meters: readonly DcMeterOptions[];
  readonly log: Ports['log'];
}

/**
 * Flash bears 100,000 erasures. One write a minute on a line, whatever the number of its sensors, fills some 46 pages
 * of the settings' partition a day, 3 erasures of each: 90 years. A power cut loses what was counted since.
 */
const saveEveryMs = 60_000;
/** A bus that hangs is tried again after so long by whoever is due. */
const longestQuietMs = 1000;
/** Timers of a machine that has nothing else to do are not so late. */
const lateTimerMs = 5;
/** So often a machine may be slow within one sample. */
const mostLooks = 10;

/** The INA219 sensors of one I2C line, one after the other, each at its own pace. */
export function createDcSource(options: DcSourceOptions): Source {
  const { time, line } = options;
  const meters: DcMeter[] = [];
  const context = {
    ...options,
    saveEveryMs: saveEveryMs * options.meters.length,
    doOthersAnswer: (meter: DcMeter): boolean | undefined => {
      let doAny: boolean | undefined;
      for (const other of meters) {
        if (other === meter || other.isAnswering === undefined) continue;
        if (other.isAnswering) return true;
        doAny = false;
      }
      return doAny;
    },
  };
  for (const meter of options.meters) meters.push(new DcMeter(meter, context));
  let state: 'stopped' | 'waiting' | 'sampling' = 'stopped';
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let cancel: Cancel | undefined;
  let stepTicks = Number.POSITIVE_INFINITY;

  const wait = (): void => {
    const first = meters.reduce<DcMeter | undefined>(
      (soonest, meter) => (soonest === undefined || meter.dueMs < soonest.dueMs ? meter : soonest),
      undefined,
    );
    if (first === undefined) return;
    state = 'waiting';
    stepTicks = first.dueMs;
    cancel = time.after(Math.max(0, first.dueMs - time.ticksMs()), () => sample(first));
  };

  const end = (): void => {
    cancel?.();
    if (state !== 'stopped') wait();
  };

  const sample = (meter: DcMeter): void => {
    state = 'sampling';
    if (time.ticksMs() < quietUntilMs) {
      meter.lost(`line ${line.id} hangs: SDA or SCL is held low`);
      end();
      return;
    }
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      end();
    };
    // A slow machine goes on, if slowly, or is late itself; a bus that hangs says nothing.
    const look = (words: number, looksLeft: number): void => {
      stepTicks = time.ticksMs() + meter.timeoutMs;
      cancel = time.after(meter.timeoutMs, () => {
        const isSlow = meter.words > words || time.ticksMs() - stepTicks >= lateTimerMs;
        if (isSlow && looksLeft > 0) {
          look(meter.words, looksLeft - 1);
          return;
        }
        meter.giveUp();
        quietUntilMs = Math.min(meter.dueMs, time.ticksMs() + longestQuietMs);
        finish();
      });
    };
    look(meter.words, mostLooks);
    meter.sample(() => {
      if (!isOver) finish();
    });
  };

  return {
    start() {
      if (state !== 'stopped') return;
      for (const meter of meters) meter.start();
      wait();
    },
    stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      cancel?.();
      for (const meter of meters) meter.stop();
    },
    stepAtTicks: () => (state === 'stopped' ? Number.POSITIVE_INFINITY : stepTicks),
    counters() {
      const sum = { samples: 0, failures: 0, overflows: 0, setups: 0, waits: 0 };
      for (const { counts, setups } of meters) {
        sum.samples += counts.samples;
        sum.failures += counts.failures;
        sum.overflows += counts.overflows;
        sum.setups += setups;
        sum.waits += counts.waits;
      }
      return sum;
    },
    fault: () => meters.find(({ fault }) => fault !== undefined)?.fault,
  };
}
