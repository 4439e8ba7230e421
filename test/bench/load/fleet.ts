import { encodeMessage } from '#core/wire/messages.ts';
import { protocolVersion } from '#core/wire/topics.ts';
import { type LoadCounts, LoadJournal } from '../../../simulator/fleet/journal.ts';
import { connectAll, type GatewayLogin } from '../../../simulator/fleet/keep-connected.ts';
import { bodyOf, chance, movedTo, recordOf, twelve } from '../../../simulator/fleet/records.ts';
import type { Load } from './load.ts';

export interface FleetPlan {
  readonly kind: 'fleet';
  readonly port: number;
  readonly logins: readonly GatewayLogin[];
  readonly epoch: string;
  readonly meters: number;
  /** Each gateway sends the window of all its meters once in this time, ms; the gateways follow one another evenly. */
  readonly everyMs: number;
}

/** Messages to choose from, so that no two neighbours are alike. */
const variants = 64;
const tickMs = 5;

/** Many gateways that each send one message with a window of all its meters at regular times. */
export async function fleet(plan: FleetPlan, counts: LoadCounts): Promise<Load> {
  const { logins, epoch, everyMs } = plan;
  const meters = Array.from({ length: plan.meters }, (_, index) => `meter-${index + 1}`);
  const random = chance(2);
  const bodies = Array.from({ length: variants }, (_, window) =>
    bodyOf(meters.map(meter => recordOf(meter, twelve, Date.UTC(2026, 0, 1), window, random))),
  );
  const journals = logins.map(({ gateway }) => new LoadJournal({ gateway, epoch, inFlight: 4, counts }));
  const about = Buffer.from(
    encodeMessage('about', {
      v: protocolVersion,
      firmware: '0.1.0',
      board: 'bench',
      epoch,
      settingsVersion: 1,
      meters: meters.map(id => ({
        id,
        name: id,
        profile: 'eastron-sdm630',
        line: 'rs485',
        windowS: 10,
        sampleMs: 1000,
        series: [...twelve],
      })),
    }),
  );
  await connectAll(plan.port, logins, journals, () => about);

  let sent = 0;
  let fromMs = 0;
  let timer: NodeJS.Timeout | undefined;
  const fromWallS = Math.floor(Date.now() / 10_000) * 10;
  const tick = () => {
    // One after the other, `logins.length` of them in `everyMs`; each is due at its own instant.
    for (; ; sent++) {
      const dueMs = fromMs + (sent * everyMs) / logins.length;
      if (dueMs > performance.now()) return;
      const round = Math.floor(sent / logins.length);
      const body = bodies[(sent * 31) % variants];
      if (body) journals[sent % logins.length]?.add(movedTo(body, fromWallS + round * 10), dueMs);
    }
  };
  return {
    journals,
    start() {
      fromMs = performance.now();
      timer = setInterval(tick, tickMs);
    },
    stop: () => clearInterval(timer),
    isDry: () => false,
  };
}
