import { parentPort } from 'node:worker_threads';
import { serve } from '../../store/port.ts';
import { sqliteWork } from './sqlite-work.ts';

/** A thread that reads one file of SQLite; whoever started it may end it at any time. */
const port = parentPort;
if (port === null) throw new Error('SQLite is read in a thread of its own');
serve(port, { ...sqliteWork() });
