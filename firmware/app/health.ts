import type { Message } from '../core/wire/messages.ts';
import type { BoardPort } from '../ports.ts';
import type { Clock } from './clock.ts';
import type { Flight } from './flight.ts';
import type { Journal } from './journal.ts';
import type { Life } from './life.ts';
import type { Lines } from './lines.ts';
import type { UndatedWindows } from './undated.ts';
import type { Uplink } from './uplink.ts';

/** What the health message is made of. */
export interface HealthParts {
  readonly startedTicksMs: number;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly uplink: Uplink;
  readonly flight: Flight;
  readonly undated: UndatedWindows;
  readonly lines: Lines;
  readonly board: BoardPort;
  readonly life: () => Life;
  readonly refusedMessages: number;
}

/** How the gateway is, now. */
export function healthOf(parts: HealthParts): Message<'health'> {
  const { clock, journal, uplink, flight, undated, lines, board, refusedMessages } = parts;
  const meters: Record<string, Message<'health'>['meters'][string]> = {};
  for (const meter of lines.meters()) meters[meter.id] = meter.health();
  const heapFreeBytes = board.heapFreeBytes();
  const rssiDbm = board.rssiDbm();
  const time = clock.source();
  return {
    v: 1,
    uptimeS: Math.floor((clock.ticksMs() - parts.startedTicksMs) / 1000),
    clock: clock.offsetMs === undefined ? 'unsynced' : 'synced',
    journal: {
      records: journal.next - journal.oldest,
      bytes: journal.bytes,
      capacityBytes: journal.capacityBytes,
      dropped: journal.dropped,
      epoch: journal.epoch,
    },
    ...(journal.mostErases === undefined ? {} : { journalErases: journal.mostErases }),
    ...(journal.badBlocks === undefined ? {} : { journalBadBlocks: journal.badBlocks }),
    uplink: {
      connects: uplink.connects,
      sent: flight.sent,
      resent: flight.resent,
      acknowledged: flight.acknowledged,
    },
    undatedDropped: undated.dropped,
    clockJumps: clock.jumps,
    ...(time === undefined ? {} : { time }),
    refusedMessages: refusedMessages + flight.strayAcks,
    meters,
    lines: lines.counters(),
    lineFaults: lines.faults(),
    ...(heapFreeBytes === undefined ? {} : { heapFreeBytes }),
    ...(rssiDbm === undefined ? {} : { rssiDbm }),
    ...parts.life().health(),
  };
}
