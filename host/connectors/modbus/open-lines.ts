import { realpathSync } from 'node:fs';
import type { TimePort } from '#ports';
import type { Log } from '../../logging/host-log.ts';
import { SharedLine } from './shared-line.ts';
import { mannerOf, portOf, type Way } from './way.ts';

/** Lines that are open, by where they lead. */
export class OpenLines {
  readonly #lines = new Map<string, SharedLine>();

  /** @throws Error in words for people where another connector asks otherwise on the same wire */
  check(way: Way): SharedLine | undefined {
    const open = this.#lines.get(placeOf(way));
    if (open === undefined || open.isFree || mannerOf(open.way) === mannerOf(way)) return open;
    throw new Error(
      `${portOf(way)} is already read by another connector as ${mannerOf(open.way)}, and not as ${mannerOf(way)}: two masters on one line disturb each other; give both the same, or switch the other off and save this one again. Where it is this one as it was saved, save it as it shall be, and see whether it reads`,
    );
  }

  /** The line of this way; there is one for all. @throws Error as `check` */
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
