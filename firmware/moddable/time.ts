import Time from 'time';
import Timer from 'timer';
import type { TimePort } from '../ports.ts';

let lastTicks = Time.ticks;
let totalMs = 0;

/**
 * Milliseconds since the start. The SDK's ticks wrap after 24 days on ESP32, and on Linux they are the wall clock:
 * steps are added up, and one backwards counts as none.
 */
export function ticksMs(): number {
  const now = Time.ticks;
  totalMs += Math.max(Time.delta(lastTicks, now), 0);
  lastTicks = now;
  return totalMs;
}

/** Time from the SDK's clock and timers; where wall time comes from is the platform's business. */
export const moddableTime = (
  wallMs: () => number | undefined,
  source: NonNullable<TimePort['source']> = () => undefined,
): TimePort => ({
  source,
  ticksMs,
  wallMs,
  after: (delayMs, callback) => {
    // Whole milliseconds, upwards: a timer must never be early.
    let timer: Timer | undefined = Timer.set(
      () => {
        timer = undefined;
        callback();
      },
      Math.max(Math.ceil(delayMs), 0),
    );
    // Older SDKs throw where a timer that has fired is cleared.
    return () => {
      if (timer !== undefined) Timer.clear(timer);
      timer = undefined;
    };
  },
});
