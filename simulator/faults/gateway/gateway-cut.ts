import { decodeRecord } from '#core/wire/records.ts';
import type { RandomPort } from '#ports';
import { NorFlash } from '../../gateway/nor-flash.ts';
import { seededRandom } from '../../gateway/random.ts';
import { VirtualTime } from '../../gateway/virtual-time.ts';
import { Lab } from '../../lab/lab.ts';
import type { Fault } from '../fault.ts';
import { firmwareMqtt } from './firmware-mqtt.ts';
import { TrueRecords } from './flat-records.ts';
import { tornChips } from './power-cuts.ts';
import { ReferenceGateway } from './reference-gateway.ts';
import { rest } from './turn.ts';

const minuteMs = 60_000;
const blocks = 8;
/** How far the cuts of one life after the other go into its work: from its first steps to some windows. */
const mostSteps = 60;

/** A whole gateway that measures and sends, without power again and again. */
export const gatewayCut: Fault = {
  id: 'gateway-cut',
  what: 'the power of a gateway that measures and sends is cut at one step of its flash after the other',
  pass: 'of what it had in its journal only the record that was being written may be missing at the host, 0 doubled',
  watched: 'values',
  times: { quick: 8, full: 240 },
  minutes: { quick: 0.05, full: 4 },
  run: async ({ times, seed, folder, progress, signal }) => {
    const lab = await Lab.start({ folder });
    const random = seededRandom(seed);
    const truth = new TrueRecords();
    const time = new VirtualTime({
      wallMs: Math.floor(Date.now() / minuteMs) * minuteMs - times * 2 * minuteMs,
    });
    try {
      const password = (await lab.addGateways(['gw1'])).get('gw1') ?? '';
      const mqtt = () => firmwareMqtt({ time, user: 'gw1', password, port: () => lab.mqttPort });
      let flash = new NorFlash({ blocks });
      let [cuts, wrong, unmeasured] = [0, 0, 0];
      const notes: string[] = [];
      const doubtful: number[] = [];
      for (;;) {
        const life = new CutLife(flash, random, cuts < times ? 1 + ((cuts * 7) % mostSteps) : undefined);
        const gateway = new ReferenceGateway({
          id: 'gw1',
          unit: 0,
          meters: 4,
          time,
          windowS: 5,
          sampleMs: 2500,
          truth,
          flash,
          seed: seed + cuts,
          mqtt: mqtt(),
          isDead: () => life.torn !== undefined,
        });
        const isOver = () =>
          life.torn !== undefined || (cuts >= times && gateway.isDrained && gateway.isOnline);
        const endMs = performance.now() + 60_000;
        while (!isOver()) {
          signal.throwIfAborted();
          if (performance.now() > endMs) throw new Error('a life of the gateway did not end within 60 s');
          time.advance(gateway.isConnecting ? 20 : 150);
          await rest(2);
        }
        gateway.gateway.stop();
        wrong += gateway.wrong;
        unmeasured += gateway.unmeasured;
        notes.push(...gateway.notes);
        if (life.torn === undefined) break;
        cuts++;
        progress(cuts);
        flash = life.torn;
        time.advance(3000);
        if (gateway.isWriting) doubtful.push(truth.count('gw1') - 1);
      }
      const missing = await missingOf(lab, truth, doubtful);
      for (const place of missing) truth.dropped('gw1', place, place + 1);
      const stored = await lab.stored(truth);
      return {
        times: cuts,
        watched: stored.values,
        lost: stored.lost + unmeasured,
        doubled: stored.doubled,
        wrong: stored.wrong + wrong,
        healMs: null,
        figures: [
          { name: 'records missing that were being written', value: missing.length, unit: '', most: cuts },
        ],
        notes: [...stored.notes, ...notes].slice(0, 5),
      };
    } finally {
      await lab.close();
    }
  },
};

/** One stretch with power: ends before a step of the flash, in one of the ways in which a cut leaves a chip. */
class CutLife {
  /** The chip as the cut left it; undefined while there is power. */
  torn: NorFlash | undefined;
  #left: number;

  /** `steps` undefined: it goes on for good. */
  constructor(flash: NorFlash, random: RandomPort, steps: number | undefined) {
    this.#left = steps ?? Number.POSITIVE_INFINITY;
    flash.before = step => {
      if (this.torn !== undefined || --this.#left > 0) return;
      const ways = [...tornChips(flash, step, random)];
      this.torn = ways[Math.floor(random.unit() * ways.length)];
    };
    flash.fault = () => (this.torn === undefined ? undefined : 'refused');
  }
}

/** Which of these records, by their places, the host does not have. */
async function missingOf({ api }: Lab, truth: TrueRecords, places: readonly number[]): Promise<number[]> {
  const records = [...truth.records('gw1')];
  const missing: number[] = [];
  for (const place of places) {
    const record = decodeRecord(records[place] ?? new Uint8Array(0));
    if (!record.ok) throw new Error(record.detail);
    const { meter, startMs, windowS, values } = record.value;
    const [value] = values;
    if (value === undefined) continue;
    const { startMs: starts } = await api.get<{ startMs: readonly number[] }>('/api/v1/readings', {
      series: `gw1.${meter}.${value.quantity}`,
      from: startMs,
      to: startMs + windowS * 1000,
    });
    if (!starts.includes(startMs)) missing.push(place);
  }
  return missing;
}
