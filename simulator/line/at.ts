import type { Cancel, TimePort } from '#ports';

/** Calls at a tick, never before it: Node's timers drop fractions of a millisecond. */
export function at(time: TimePort, ticks: number, callback: () => void): Cancel {
  let cancel: Cancel;
  const arm = () => {
    cancel = time.after(Math.max(ticks - time.ticksMs(), 0), () => {
      if (time.ticksMs() >= ticks) callback();
      else arm();
    });
  };
  arm();
  return () => cancel();
}
