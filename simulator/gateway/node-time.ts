import type { Cancel, TimePort } from '#ports';

/** The longest delay that Node's timers take; a longer one is waited for in parts. */
const longestMs = 2_147_483_647;

/** The machine's own time. */
export const nodeTime: TimePort = Object.freeze({
  ticksMs: () => performance.now(),
  wallMs: () => Date.now(),
  after: (delayMs: number, callback: () => void): Cancel => {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      timer = setTimeout(
        () => (leftMs > longestMs ? wait(leftMs - longestMs) : callback()),
        Math.min(Math.max(leftMs, 0), longestMs),
      );
    };
    wait(delayMs);
    return () => clearTimeout(timer);
  },
});
