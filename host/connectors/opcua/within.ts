import { otherFault } from '../../faults/fault.ts';
import { ServerFault } from './words.ts';

/** The work's result. @throws Error of the work; of a timeout where it takes longer, or was not wanted any more */
export function within<T>(mostMs: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new ServerFault(otherFault('it was broken off')));
    const timer = setTimeout(() => reject(new Error('timed out')), mostMs);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    work.then(resolve, reject).finally(done);
  });
}
