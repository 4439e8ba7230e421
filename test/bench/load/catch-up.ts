import { type LoadCounts, LoadJournal } from '../../../simulator/fleet/journal.ts';
import { connectAll, type GatewayLogin } from '../../../simulator/fleet/keep-connected.ts';
import { type Body, bodyOf, chance, houseMeters, recordOf } from '../../../simulator/fleet/records.ts';
import type { Load } from './load.ts';

export interface CatchUpPlan {
  readonly kind: 'catch-up';
  readonly port: number;
  readonly logins: readonly GatewayLogin[];
  readonly epoch: string;
  /** Windows of each of the four meters in a message. */
  readonly windowsPerMessage: number;
  readonly inFlight: number;
  /** Messages each gateway has waiting; all have the same. */
  readonly messages: number;
  readonly fromMs: number;
}

/** Gateways with full journals that send as fast as they are acknowledged. */
export async function catchUp(plan: CatchUpPlan, counts: LoadCounts): Promise<Load> {
  const bodies = bodiesOf(plan);
  const journals = plan.logins.map(({ gateway }) => {
    let next = 0;
    let isOpen = false;
    const more = () => (isOpen ? bodies[next++] : undefined);
    const journal = new LoadJournal({ gateway, epoch: plan.epoch, inFlight: plan.inFlight, counts, more });
    const start = () => {
      isOpen = true;
      journal.fill();
    };
    return { journal, start, isDry: () => next > bodies.length };
  });
  const all = journals.map(({ journal }) => journal);
  await connectAll(plan.port, plan.logins, all);
  return {
    journals: all,
    start() {
      for (const { start } of journals) start();
    },
    stop: () => {},
    isDry: () => journals.some(({ isDry }) => isDry()),
  };
}

function bodiesOf({ windowsPerMessage, messages, fromMs }: CatchUpPlan): Body[] {
  const random = chance(1);
  return Array.from({ length: messages }, (_, message) => {
    const windows = Array.from(
      { length: windowsPerMessage },
      (_, index) => message * windowsPerMessage + index,
    );
    return bodyOf(
      windows.flatMap(window =>
        Object.entries(houseMeters).map(([meter, ids]) =>
          recordOf(meter, ids, fromMs + window * 10_000, window, random),
        ),
      ),
    );
  });
}
