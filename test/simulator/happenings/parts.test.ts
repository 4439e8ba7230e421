import { expect, test } from 'vitest';
import type { QuantityId } from '#core/quantities.ts';
import { NorFlash } from '../../../simulator/gateway/nor-flash.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { BrownOutFlash } from '../../../simulator/happenings/brown-out-flash.ts';
import { catalogue } from '../../../simulator/happenings/catalogue.ts';
import { ChangedCounters } from '../../../simulator/happenings/changed-counters.ts';
import { chipPart } from '../../../simulator/happenings/chip-part.ts';
import { headPart } from '../../../simulator/happenings/head-part.ts';
import { Laboratory } from '../../../simulator/happenings/laboratory.ts';
import { networkParts } from '../../../simulator/happenings/network-part.ts';
import { WrongClock } from '../../../simulator/happenings/wrong-clock.ts';
import { Ina219Chip } from '../../../simulator/meters/ina219-chip.ts';
import { noIna219Errors } from '../../../simulator/meters/ina219-errors.ts';
import { noSmlFaults, type SmlFaults } from '../../../simulator/meters/sml-faults.ts';
import { SwitchedHead } from '../../../simulator/meters/switched-head.ts';
import { quirksOf } from '../../../simulator/meters/telegram-head.ts';
import { type NetworkFaults, noNetworkFaults } from '../../../simulator/network/network-faults.ts';

test('all that lasts on a network or with its broker changes it, and leaves nothing behind', async () => {
  const time = new VirtualTime();
  let faults: NetworkFaults = noNetworkFaults;
  const seen: string[] = [];
  const [network, broker] = networkParts({
    time,
    proxy: {
      faults,
      open: 0,
      counts: { connections: 0, refused: 0 },
      traffic: { up: 0, down: 0, lostSegments: 0, swallowed: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
      cut: how => void seen.push(`cut ${how}`),
      halfOpen: () => void seen.push('half open'),
    },
  });
  for (const { id, lasts, begin } of [...(network?.happenings ?? []), ...(broker?.happenings ?? [])]) {
    const undo = await begin({});
    // A flap begins with the way open.
    time.advance(20_000);
    const isSpoilt = JSON.stringify(faults) !== JSON.stringify(noNetworkFaults);
    if (id !== 'network.flap') expect(isSpoilt, id).toBe(lasts);
    await undo();
    expect(faults, id).toEqual(noNetworkFaults);
    time.advance(100_000);
    expect(faults, id).toEqual(noNetworkFaults);
  }
  expect(seen).toEqual(['half open', 'cut reset']);
});

test('a WiFi that flaps does not open a way that is closed for another reason', async () => {
  const time = new VirtualTime();
  let faults: NetworkFaults = noNetworkFaults;
  const [network] = networkParts({
    time,
    proxy: {
      faults,
      open: 0,
      counts: { connections: 0, refused: 0 },
      traffic: { up: 0, down: 0, lostSegments: 0, swallowed: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
      cut: () => {},
      halfOpen: () => {},
    },
  });
  const begin = (id: string) => network?.happenings.find(one => one.id === id)?.begin({});
  await begin('network.down');
  const undo = await begin('network.flap');
  const passages = new Set<string>();
  for (let second = 0; second < 300; second++) {
    time.advance(1000);
    passages.add(faults.passage);
  }
  expect([...passages].sort()).toEqual(['refused', 'stalled']);
  await undo?.();
  expect(faults.passage).toBe('stalled');
});

test('each fault of a head changes it, and leaves nothing behind', async () => {
  let faults: SmlFaults = noSmlFaults;
  const { happenings, figures } = headPart({
    id: 'ir-1',
    name: 'ir-1',
    about: '',
    server: {
      counts: { sent: 7, corrupted: 1, cut: 2, lost: 3, doubled: 0, joined: 0, silent: 0 },
      setFaults: changes => {
        faults = { ...faults, ...changes };
      },
    },
    head: new SwitchedHead('p1', () => undefined),
  });
  for (const { id, begin } of happenings) {
    if (id.endsWith('quirk')) continue;
    const undo = await begin({});
    expect(faults, id).not.toEqual(noSmlFaults);
    await undo();
    expect(faults, id).toEqual(noSmlFaults);
  }
  expect(figures?.()).toEqual([
    { name: 'telegrams', value: 7 },
    { name: 'spoilt', value: 6 },
  ]);
});

test('counters begin at zero, at another reading, and at the end of their display; power is as it is', () => {
  const truth: Partial<Record<QuantityId, number>> = { energyImportWh: 5_000_000, powerW: 812 };
  const counters = new ChangedCounters(quantity => truth[quantity]);
  const grow = (wh: number) => {
    truth.energyImportWh = (truth.energyImportWh ?? 0) + wh;
    return counters.read('energyImportWh');
  };
  expect(grow(10)).toBe(5_000_010);
  counters.reset();
  expect(grow(0)).toBe(0);
  expect(grow(25)).toBe(25);
  counters.swap(123_000);
  expect(grow(5)).toBe(123_005);
  counters.rollOver(20);
  expect(grow(19)).toBe(99_999_999);
  expect(grow(2)).toBe(1);
  expect(counters.read('powerW')).toBe(812);
  expect(counters.read('energyExportWh')).toBeUndefined();
  expect(counters.hasCounters).toBe(true);
});

test('a clock that is wrong, lost, or both goes on right when it is mended, in any order', () => {
  const time = new VirtualTime({ wallMs: 1000 });
  const clock = new WrongClock(time);
  const jump = clock.spoil({ offsetMs: -400 });
  expect(clock.wallMs()).toBe(600);
  const lost = clock.spoil({ isLost: true });
  expect(clock.wallMs()).toBeUndefined();
  jump();
  time.advance(50);
  lost();
  expect(clock.wallMs()).toBe(1050);
  expect(clock.ticksMs()).toBe(50);
});

test('a brown-out leaves a part of the write, the same for the same seed, and nothing else until there is power', () => {
  const chips = [9, 9, 10].map(seed => {
    const flash = new BrownOutFlash(new NorFlash({ blocks: 2 }));
    flash.write(0, Uint8Array.of(1, 2, 3, 4));
    let cuts = 0;
    flash.failAtNextWrite(seed, () => {
      cuts++;
    });
    expect(() => flash.write(100, new Uint8Array(600))).toThrow('no power');
    expect(() => flash.write(2000, Uint8Array.of(1))).toThrow('no power');
    expect(() => flash.erase(1)).toThrow('no power');
    expect(cuts).toBe(1);
    flash.powerOn();
    flash.write(2000, Uint8Array.of(7));
    const bytes = new Uint8Array(2001);
    flash.read(0, bytes);
    expect([...bytes.subarray(0, 4)]).toEqual([1, 2, 3, 4]);
    expect(bytes[2000]).toBe(7);
    const written = bytes.subarray(100, 700).filter(byte => byte === 0).length;
    expect(written).toBeLessThan(600);
    return written;
  });
  expect(chips[0]).toBe(chips[1]);
  expect(chips[0]).not.toBe(chips[2]);
});

const values: Partial<Record<QuantityId, number>> = {
  energyImportWh: 5_000_000,
  energyExportWh: 0,
  powerW: 812,
};

function headRig(speaks: string) {
  const head = new SwitchedHead(speaks, quantity => values[quantity]);
  const counts = { sent: 0, corrupted: 0, cut: 0, lost: 0, doubled: 0, joined: 0, silent: 0 };
  const server = { counts, setFaults: () => {} };
  const part = headPart({ id: 'ir-1', name: 'ir-1', about: '', server, head });
  return { head, part, happenings: part.happenings };
}

/** What it says, without the number of the transaction and what follows from it. */
const said = (head: SwitchedHead): string => Buffer.from(head.telegram(7)).toString('latin1');

test.each(['sml', 'd0', 'p1-4.2'])(
  'each quirk of a %s head is switched on and off while it sends',
  async speaks => {
    const { head, happenings } = headRig(speaks);
    const plain = said(new SwitchedHead(speaks, quantity => values[quantity]));
    const offered = happenings.filter(({ id }) => id.endsWith('quirk'));
    const names = offered
      .flatMap(({ options }) => options.quirk)
      .flatMap(option => (option?.takes === 'text' ? (option.oneOf ?? []) : []));
    expect(names).toEqual(quirksOf(speaks));
    for (const { begin, options } of offered) {
      const option = options.quirk;
      for (const quirk of option?.takes === 'text' ? (option.oneOf ?? []) : []) {
        const undo = await begin({ quirk });
        const same = said(new SwitchedHead(`${speaks}+${quirk}`, quantity => values[quantity]));
        expect(said(head), quirk).toBe(same);
        await undo();
        expect(said(head), quirk).toBe(plain);
      }
    }
  },
);

test('two quirks of a head hold at once; those that cannot be together are refused and change nothing', async () => {
  const { head, happenings } = headRig('sml+missing-crc');
  const begin = (id: string, quirk: string) => happenings.find(one => one.id === id)?.begin({ quirk });
  await begin('head.sml-quirk', 'no-pin');
  const undo = await begin('head.stream-quirk', 'doubled');
  const both = said(new SwitchedHead('sml+missing-crc+no-pin+doubled', quantity => values[quantity]));
  expect(said(head)).toBe(both);
  expect(() => begin('head.sml-quirk', 'wrong-crc')).toThrow('missing-crc and wrong-crc cannot be together');
  await undo?.();
  expect(said(head)).toBe(said(new SwitchedHead('sml+missing-crc+no-pin', quantity => values[quantity])));
});

test('a quirk that is refused ends no other, and one that the head always has is refused', async () => {
  const { head, part } = headRig('sml+missing-crc');
  const lab = new Laboratory({ parts: [part], time: new VirtualTime() });
  await lab.begin({ what: 'head.sml-quirk', values: { quirk: 'no-pin' } });
  const shown = said(new SwitchedHead('sml+missing-crc+no-pin', quantity => values[quantity]));
  for (const [quirk, words] of [
    ['wrong-crc', 'missing-crc and wrong-crc cannot be together'],
    ['missing-crc', 'missing-crc is what the head always has; another is allowed'],
  ]) {
    await expect(lab.begin({ what: 'head.sml-quirk', values: { quirk: quirk ?? '' } })).rejects.toThrow(
      words,
    );
    expect(lab.running).toMatchObject([{ what: 'head.sml-quirk', values: { quirk: 'no-pin' } }]);
  }
  expect(said(head)).toBe(shown);
});

/** What the chip shows of 12 V and 1 A over 0.1 Ω: the shunt in V, the bus in V; undefined where it is not there. */
function shown(chip: Ina219Chip): readonly (number | undefined)[] {
  const words: (number | undefined)[] = [];
  const port = chip.port();
  for (const register of [1, 2]) port.readWord(register, word => void words.push(word));
  const [shunt, bus] = words;
  return [
    shunt === undefined ? undefined : shunt * 10e-6,
    bus === undefined ? undefined : (bus >> 3) * 0.004,
  ];
}

test('all that can be wrong with a chip shows on its bus, and leaves nothing behind', async () => {
  let currentA = 1;
  const chip = new Ina219Chip({ shuntOhm: 0.1, voltageV: () => 12, currentA: () => currentA });
  const { happenings } = chipPart({ id: 'battery', name: 'Battery', about: '', chip });
  const begin = async (id: string, given = {}) => happenings.find(one => one.id === id)?.begin(given);
  expect(shown(chip)).toEqual([0.1, 12]);
  const undoErrors = await begin('chip.errors', { grade: 'worst-a' });
  const undoOffset = await begin('chip.offset', { 'offset-uv': 1000 });
  expect(chip.errors.offsetUv).toEqual([1100, 1125, 1150, 1200]);
  await undoErrors?.();
  expect(shown(chip)).toEqual([0.101, 12]);
  await undoOffset?.();
  const undoNoise = await begin('chip.noise');
  expect(shown(chip)).not.toEqual(shown(chip));
  await undoNoise?.();
  expect(chip.errors).toEqual(noIna219Errors);
  const undoGone = await begin('chip.gone');
  expect(shown(chip)).toEqual([undefined, undefined]);
  await undoGone?.();
  expect(shown(chip)).toEqual([0.1, 12]);
  const undoStuck = await begin('chip.stuck');
  currentA = 2;
  expect(shown(chip)).toEqual([0.1, 12]);
  await undoStuck?.();
  expect(shown(chip)).toEqual([0.2, 12]);
  chip.port().writeWord(5, 4096, () => {});
  await begin('chip.reset');
  chip.port().readWord(5, word => expect(word).toBe(0));
  expect(happenings.map(({ id }) => id).sort()).toEqual(
    Object.keys(catalogue)
      .filter(id => id.startsWith('chip.'))
      .sort(),
  );
});

/** A network that tells what is wrong with it now. */
function networkRig() {
  const time = new VirtualTime();
  const now: { faults: NetworkFaults; cuts: number } = { faults: noNetworkFaults, cuts: 0 };
  const proxy = {
    get faults() {
      return now.faults;
    },
    open: 0,
    counts: { connections: 0, refused: 0 },
    traffic: { up: 0, down: 0, lostSegments: 0, swallowed: 0 },
    setFaults: (changes: Partial<NetworkFaults>) => {
      now.faults = { ...now.faults, ...changes };
    },
    cut: () => void now.cuts++,
    halfOpen: () => {},
  };
  const parts = networkParts({ time, proxy });
  const begin = async (id: string, values = {}) =>
    parts
      .flatMap(({ happenings }) => happenings)
      .find(one => one.id === id)
      ?.begin(values);
  return { now, begin };
}

test('a slow broker answers later by what was said, there and back, and a slow network adds to it', async () => {
  const { now, begin } = networkRig();
  const undo = await begin('broker.slow', { 'delay-ms': 3000 });
  expect(now.faults.delayMs).toBe(1500);
  await begin('network.delay', { 'delay-ms': 500, 'jitter-ms': 0 });
  expect(now.faults.delayMs).toBe(2000);
  await undo?.();
  expect(now.faults.delayMs).toBe(500);
});

test.each(['broker.stop', 'broker.kill', 'broker.half-open'])(
  'out of reach of the network nobody is told of a %s; once it is back it shows',
  async what => {
    const { now, begin } = networkRig();
    const undo = await begin('network.down');
    await begin(what);
    expect([now.faults.passage, now.cuts]).toEqual(['stalled', 0]);
    await undo?.();
    expect(now.faults.passage).toBe(what === 'broker.half-open' ? 'deaf' : 'refused');
  },
);
