import { realpathSync } from 'node:fs';
import type { TimePort } from '#ports';
import { FaultError, fault } from '../../faults/fault.ts';
import type { Log } from '../../logging/host-log.ts';
import { SharedLine } from './shared-line.ts';
import { mannerOf, portOf, type Way } from './way.ts';

/** Lines that are open, by where they lead. */
export class OpenLines {
  readonly #lines = new Map<string, SharedLine>();

  /** @throws FaultError where another connector asks otherwise on the same wire */
  check(way: Way): SharedLine | undefined {
    const open = this.#lines.get(placeOf(way));
    if (open === undefined || open.isFree || mannerOf(open.way) === mannerOf(way)) return open;
    const [theirs, ours] = [mannerOf(open.way), mannerOf(way)];
    throw new FaultError(fault('modbus.twoMasters', { port: portOf(way), theirs, ours }));
  }

  /** The line of this way; there is one for all. @throws FaultError as `check` */
  line(way: Way, time: TimePort, log: Log): SharedLine {
    const open = this.check(way);
    if (open !== undefined) {
      if (open.isFree) open.way = way;
      return open;
    }
    const place = placeOf(way);
    const line = new SharedLine(way, time, log, () => {
      if (this.#lines.get(place) === line) this.#lines.delete(place);
    });
    this.#lines.set(place, line);
    return line;
  }
}

/** A serial port has several names. */
function placeOf(way: Way): string {
  if (way.transport !== 'serial') return portOf(way);
  try {
    return realpathSync(way.path);
  } catch {
    return way.path;
  }
}
