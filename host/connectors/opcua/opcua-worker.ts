import { parentPort } from 'node:worker_threads';
import { serve } from './serve.ts';

/** The thread of all OPC UA connectors. */
const port = parentPort;
if (port === null) throw new Error('OPC UA runs in a thread of its own');
serve(port);
