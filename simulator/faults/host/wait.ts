/** A pause that ends early, with an error, where the signal does. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(ended(signal));
    const stop = () => {
      clearTimeout(timer);
      reject(ended(signal));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
  });

const ended = ({ reason }: AbortSignal): Error => (reason instanceof Error ? reason : new Error('ended'));

/** Waits for it to be true; gives how long that took, ms. @throws Error that names it where it is not after so long */
export async function waitUntil(
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  withinMs: number,
  signal: AbortSignal,
  everyMs = 10,
): Promise<number> {
  const begunMs = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - begunMs > withinMs) throw new Error(`no ${what} within ${withinMs / 1000} s`);
    await pause(everyMs, signal);
  }
  return performance.now() - begunMs;
}
