import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** What is in use of this process's heap once all that is of no use is gone, MB. */
export async function heapMb(): Promise<number> {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  // What is in callbacks that are to run yet, and in what they leave, goes with the second.
  for (let round = 0; round < 2; round++) {
    await new Promise(resolve => setTimeout(resolve, 20));
    collect();
  }
  return process.memoryUsage().heapUsed / 1e6;
}
