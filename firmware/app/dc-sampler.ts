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

/** The INA219 sensors of one I2C line, one after the other, each at its own pace. */
export function createDcSource(options: DcSourceOptions): Source {
  const { time } = options;
  const meters = options.meters.map(meter => new DcMeter(meter, options));
  let state: 'stopped' | 'waiting' | 'sampling' = 'stopped';
  let cancel: Cancel | undefined;

  const wait = (): void => {
    const first = meters.reduce<DcMeter | undefined>(
      (soonest, meter) => (soonest === undefined || meter.dueMs < soonest.dueMs ? meter : soonest),
      undefined,
    );
    if (first === undefined) return;
    state = 'waiting';
    cancel = time.after(Math.max(0, first.dueMs - time.ticksMs()), () => sample(first));
  };

  const sample = (meter: DcMeter): void => {
    state = 'sampling';
    let isOver = false;
    const end = (): void => {
      isOver = true;
      cancel?.();
      if (state === 'stopped') return;
      // A late sample does not move those after it; those that are past already are not made up for.
      meter.dueMs += meter.sampleMs * Math.max(1, Math.ceil((time.ticksMs() - meter.dueMs) / meter.sampleMs));
      wait();
    };
    cancel = time.after(meter.timeoutMs, () => {
      meter.giveUp();
      end();
    });
    meter.sample(() => {
      if (!isOver) end();
    });
  };

  return {
    start() {
      if (state !== 'stopped') return;
      for (const meter of meters) meter.dueMs = time.ticksMs();
      wait();
    },
    stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      cancel?.();
      for (const meter of meters) meter.stop();
    },
    counters() {
      const sum = { samples: 0, failures: 0, overflows: 0, setups: 0 };
      for (const { counts, setups } of meters) {
        sum.samples += counts.samples;
        sum.failures += counts.failures;
        sum.overflows += counts.overflows;
        sum.setups += setups;
      }
      return sum;
    },
    fault: () => meters.find(({ fault }) => fault !== undefined)?.fault,
  };
}
