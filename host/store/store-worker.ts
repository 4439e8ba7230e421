import { parentPort, workerData } from 'node:worker_threads';
import { Keeper, workOf } from './keeper.ts';
import { serve } from './port.ts';

/** The store's thread: opens the database that it is told of, then answers. */
const port = parentPort;
if (port === null) throw new Error('the store runs in a thread of its own');
serve(port, { ...workOf(await Keeper.open(workerData)) });
