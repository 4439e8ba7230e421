import type { LoadCounts } from '../../../simulator/fleet/journal.ts';
import { Link } from '../../../simulator/fleet/link.ts';
import { type Body, bodyOf, chance, houseMeters, recordOf } from '../../../simulator/fleet/records.ts';
import type { Load } from './load.ts';

export interface CarryPlan {
  readonly kind: 'carry';
  /** Of a broker that lets anybody in. */
  readonly port: number;
  readonly publishers: number;
  /** Messages of each that the broker has not confirmed. */
  readonly inFlight: number;
  readonly windowsPerMessage: number;
}

const variants = 64;

/** Publishers that send as fast as the broker confirms, and one subscriber that counts: what a broker carries. */
export async function carry(plan: CarryPlan, counts: LoadCounts): Promise<Load> {
  const { port, publishers, inFlight } = plan;
  const bodies = bodiesOf(plan);
  const values = bodies[0]?.values ?? 0;
  const records = bodies[0]?.records ?? 0;
  const nothing = () => {};
  await Link.open({
    port,
    id: 'subscriber',
    subscribe: ['bench/+/records'],
    onPublish(payload) {
      counts.messages++;
      counts.records += records;
      counts.values += values;
      counts.latenciesMs.push(performance.now() - payload.readDoubleBE(0));
    },
    onPuback: nothing,
    onClosed: () => counts.wrong.push('the broker hung up on the subscriber'),
  });
  let isOpen = false;
  let sent = 0;
  const sends: (() => void)[] = [];
  for (let publisher = 0; publisher < publishers; publisher++) {
    const topic = Buffer.from(`bench/gateway-${publisher}/records`);
    let waiting = 0;
    const send = () => {
      for (; isOpen && waiting < inFlight; waiting++) {
        const stamp = Buffer.alloc(8);
        stamp.writeDoubleBE(performance.now());
        link.publish(topic, stamp, bodies[sent++ % variants]?.bytes ?? stamp);
      }
    };
    const link = await Link.open({
      port,
      id: `publisher-${publisher}`,
      subscribe: [],
      onPublish: nothing,
      onPuback() {
        waiting--;
        send();
      },
      onClosed: () => counts.hungUp++,
    });
    sends.push(send);
  }
  return {
    journals: [],
    start() {
      isOpen = true;
      for (const send of sends) send();
    },
    stop() {
      isOpen = false;
    },
    isDry: () => false,
  };
}

function bodiesOf({ windowsPerMessage }: CarryPlan): Body[] {
  const random = chance(4);
  const meters = Object.entries(houseMeters);
  return Array.from({ length: variants }, (_, message) => {
    const windows = Array.from(
      { length: windowsPerMessage },
      (_, index) => message * windowsPerMessage + index,
    );
    const records = windows.flatMap(window =>
      meters.map(([meter, ids]) => recordOf(meter, ids, Date.UTC(2026, 0, 1), window, random)),
    );
    return bodyOf(records);
  });
}
