import { parentPort } from 'node:worker_threads';
import { serve } from '../../store/port.ts';
import { importLimits } from '../limits.ts';
import { sqliteWork } from './sqlite-work.ts';

/** As far as it is touched here: it comes with the types of browsers alone. */
declare const WebAssembly: {
  readonly Memory: {
    readonly prototype: {
      readonly buffer: ArrayBuffer;
      grow: (this: { readonly buffer: ArrayBuffer }, pages: number) => number;
    };
  };
};

/**
 * A column may be computed, and be a gigabyte. The library takes what WebAssembly gives it, which no limit of a thread
 * counts; where it is refused more, SQLite says that it is out of memory.
 */
const { grow } = WebAssembly.Memory.prototype;
WebAssembly.Memory.prototype.grow = function (pages: number): number {
  if (this.buffer.byteLength + pages * 65_536 > importLimits.sqliteBytes)
    throw new RangeError('too much memory');
  return grow.call(this, pages);
};

/** A thread that reads one file of SQLite; whoever started it may end it at any time. */
const port = parentPort;
if (port === null) throw new Error('SQLite is read in a thread of its own');
serve(port, { ...sqliteWork() });
