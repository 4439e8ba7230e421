import { parentPort, workerData } from 'node:worker_threads';
import { Keeper } from './keeper.ts';
import { serve } from './port.ts';
import { workOf } from './store-work.ts';

/** The store's thread: opens the database that it is told of, then answers. */
const port = parentPort;
if (port === null) throw new Error('the store runs in a thread of its own');
serve(port, workOf(await Keeper.open(workerData)));
