/** What one time server said: its clock minus the ticks, known to half of the way there and back. */
export interface TimeAnswer {
  readonly server: string;
  readonly offsetMs: number;
  readonly roundTripMs: number;
}

export interface Vote {
  /** UTC minus ticks. */
  readonly offsetMs: number;
  /** Of the agreeing one with the shortest way. */
  readonly server: string;
  /** How many agree, itself included. */
  readonly agreeing: number;
}

/** Clocks of servers that are right differ by less than this beyond their ways. */
const toleranceMs = 100;
/** Not before this program was made: a server that says so has lost its own time. */
export const earliestMs = Date.UTC(2026, 0, 1);

/**
 * The time that most of the answers agree on (after Marzullo, as NTP does it; RFC 5905, 11.2.1): each says an
 * interval, and the largest set with a common instant holds, if no other set has as many. Of those that agree the one
 * with the shortest way is taken. Undefined where nobody answered, or where no set is the largest.
 */
export function voteOn(answers: readonly TimeAnswer[]): Vote | undefined {
  let best: Vote | undefined;
  let isTied = false;
  for (const each of answers) {
    // A largest set has its common instant at the lower end of one of its intervals.
    const atMs = each.offsetMs - halfOf(each);
    let nearest: TimeAnswer | undefined;
    let agreeing = 0;
    for (const other of answers) {
      if (Math.abs(other.offsetMs - atMs) > halfOf(other)) continue;
      agreeing++;
      if (nearest === undefined || other.roundTripMs < nearest.roundTripMs) nearest = other;
    }
    if (nearest === undefined || (best !== undefined && agreeing < best.agreeing)) continue;
    const { offsetMs, server } = nearest;
    const isSame = best !== undefined && Math.abs(best.offsetMs - offsetMs) <= 2 * halfOf(nearest);
    if (best === undefined || agreeing > best.agreeing) {
      best = { offsetMs, server, agreeing };
      isTied = false;
    } else if (!isSame) isTied = true;
  }
  return isTied ? undefined : best;
}

const halfOf = ({ roundTripMs }: TimeAnswer): number => roundTripMs / 2 + toleranceMs;
