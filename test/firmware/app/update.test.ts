import { describe, expect, test } from 'vitest';
import { simulatedImage } from '../../../simulator/gateway/simulated-image.ts';
import { key, newImage, newKey, type Order, orderOf, type Serve, UpdateRig } from './update-rig.ts';

const minuteMs = 60_000;
const serveAll =
  (image: Uint8Array): Serve =>
  (from, to) =>
    image.subarray(from, to + 1);

function ordered(rig: UpdateRig, order: Order = orderOf(newImage, key), id = 'order-1'): UpdateRig {
  expect(rig.update.take(id, order)).toBeUndefined();
  return rig;
}

describe('an update that goes well', () => {
  test('is fetched, checked, started on trial and confirmed by the first record of its own', () => {
    const rig = ordered(new UpdateRig());
    rig.run(2 * minuteMs);
    expect(rig.states).toEqual(['fetching', 'checking', 'restarting', 'onTrial', 'confirmed']);
    expect(rig.version).toBe('0.2.0');
    expect(rig.slots.starts).toEqual(['0.1.0', '0.2.0']);
    expect(rig.slots.port(() => {}).isOnTrial()).toBe(false);
    expect(rig.last).toMatchObject({
      id: 'order-1',
      version: '0.2.0',
      fetchedBytes: 40_000,
      imageBytes: 40_000,
    });
  });

  test('is told of at least every 10 %, and never more often than every 5 %', () => {
    const rig = ordered(new UpdateRig());
    rig.run(2 * minuteMs);
    const shares = rig.told
      .filter(({ state }) => state === 'fetching')
      .map(({ fetchedBytes }) => fetchedBytes / 40_000);
    expect(shares.length).toBeGreaterThanOrEqual(10);
    expect(shares.length).toBeLessThanOrEqual(21);
    for (const [index, share] of shares.entries())
      expect(share).toBeGreaterThanOrEqual(shares[index - 1] ?? 0);
  });

  test('outlives connections that break off and pieces that never come, and goes on where it was', () => {
    const rig = new UpdateRig();
    let asked = 0;
    const froms: number[] = [];
    rig.serve = (from, to) => {
      froms.push(from);
      asked++;
      if (asked % 4 === 1) return 'cut';
      if (asked % 4 === 2) return 'silent';
      return asked % 4 === 3 ? 'refused' : newImage.subarray(from, to + 1);
    };
    ordered(rig).run(20 * minuteMs);
    expect(rig.last?.state).toBe('confirmed');
    expect(froms).toEqual([...froms].sort((a, b) => a - b));
    expect(froms.filter(from => from % 16_384 !== 0).length).toBeGreaterThan(0);
  });

  test('a second one follows it', () => {
    const rig = ordered(new UpdateRig());
    rig.run(2 * minuteMs);
    const third = simulatedImage({ version: '0.3.0-rc.1' }, 9000);
    rig.serve = serveAll(third);
    ordered(rig, orderOf(third, key, { version: '0.3.0-rc.1' }), 'order-2').run(2 * minuteMs);
    expect(rig.last).toMatchObject({ id: 'order-2', state: 'confirmed' });
    expect(rig.slots.starts).toEqual(['0.1.0', '0.2.0', '0.3.0-rc.1']);
  });

  test('an order that comes twice is carried out once', () => {
    const rig = ordered(new UpdateRig());
    ordered(rig);
    rig.run(2 * minuteMs);
    ordered(rig);
    rig.run(2 * minuteMs);
    expect(rig.slots.starts).toEqual(['0.1.0', '0.2.0']);
    expect(rig.states.filter(state => state === 'fetching')).toHaveLength(1);
  });
});

describe('a firmware on trial', () => {
  test.each([
    ['mute', 'acknowledged nothing of it for 10 minutes'],
    ['crash', 'did not come up'],
  ] as const)('that is %s gives way to the one before, and that says why', (fault, why) => {
    const bad = simulatedImage({ version: '0.2.0', fault }, 5000);
    const rig = new UpdateRig();
    rig.serve = serveAll(bad);
    ordered(rig, orderOf(bad, key)).run(30 * minuteMs);
    expect(rig.version).toBe('0.1.0');
    expect(rig.slots.starts.slice(-2)).toEqual(['0.2.0', '0.1.0']);
    expect(rig.last).toMatchObject({ id: 'order-1', state: 'rolledBack' });
    expect(rig.last?.message).toContain(why);
  });

  test('waits for its longest window, which may be longer than the trial', () => {
    const rig = new UpdateRig();
    rig.isHostUp = false;
    const [meter] = rig.settings.meters;
    rig.settings = { ...rig.settings, meters: [{ ...meter!, windowS: 900 }] };
    ordered(rig).run(24 * minuteMs);
    expect(rig.last?.state).toBe('onTrial');
    rig.isHostUp = true;
    rig.run(minuteMs);
    expect(rig.last?.state).toBe('confirmed');
  });

  test('is not confirmed by records of the firmware before, another journal, or ones that it never made', () => {
    const rig = new UpdateRig();
    rig.isHostUp = false;
    ordered(rig).run(minuteMs);
    expect(rig.last?.state).toBe('onTrial');
    rig.update.acknowledged({ v: 1, epoch: 'ffffffffffffffff', sequence: 1 });
    rig.update.acknowledged({ v: 1, epoch: '0000000000000001', sequence: 0 });
    rig.update.acknowledged({ v: 1, epoch: '0000000000000001', sequence: 1000 });
    expect(rig.last?.state).toBe('onTrial');
    rig.update.acknowledged({ v: 1, epoch: '0000000000000001', sequence: 1 });
    expect(rig.last?.state).toBe('confirmed');
  });

  test('is confirmed by its own records of a journal that began anew since', () => {
    const rig = new UpdateRig();
    rig.journalBegins = 500;
    rig.isHostUp = false;
    ordered(rig).run(minuteMs);
    expect(rig.last?.state).toBe('onTrial');
    rig.renewJournal();
    rig.isHostUp = true;
    rig.run(minuteMs);
    expect(rig.last?.state).toBe('confirmed');
  });

  test('that measures nothing is confirmed by a minute of connection', () => {
    const rig = new UpdateRig();
    rig.isHostUp = false;
    rig.settings = { version: 0, lines: [], meters: [] };
    ordered(rig).run(50_000);
    expect(rig.last?.state).toBe('onTrial');
    rig.update.disconnected();
    rig.run(2 * minuteMs);
    expect(rig.last?.state).toBe('onTrial');
    rig.update.connected();
    rig.run(2 * minuteMs);
    expect(rig.last?.state).toBe('confirmed');
  });

  test('takes no other order, and cannot be cancelled', () => {
    const rig = new UpdateRig();
    rig.isHostUp = false;
    ordered(rig).run(minuteMs);
    expect(rig.update.take('order-2', orderOf(newImage, key))).toContain('is on trial');
    expect(rig.update.cancel()).toContain('on trial already');
  });
});

const flipped = newImage.slice();
flipped[20_000] = (flipped[20_000] ?? 0) ^ 4;
const longer = new Uint8Array(newImage.length + 4096);
longer.set(newImage);
const other = simulatedImage({ version: '0.9.0' }, newImage.length);
const foreign = newKey();
const good = orderOf(newImage, key);
const zeros = '00'.repeat(64);
const esp32 = newImage.slice();
esp32[12] = 0;
esp32[13] = 0;

interface Bad {
  readonly order: Order;
  readonly serve?: Serve;
  readonly state: 'refused' | 'failed';
  readonly why: string;
}

const bad: Readonly<Record<string, Bad>> = {
  'with a wrong signature': {
    order: { ...good, signature: zeros },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'signed by another key': {
    order: orderOf(newImage, foreign),
    state: 'refused',
    why: 'signature is not of a key',
  },
  'with the signature of another image': {
    order: { ...good, signature: orderOf(other, key).signature },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'whose manifest says another version than was signed': {
    order: { ...good, version: '0.3.0' },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'whose manifest says another length than was signed': {
    order: { ...good, imageBytes: good.imageBytes - 1 },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'whose manifest says another chip than was signed': {
    order: { ...orderOf(newImage, key, { chip: 'esp32' }), chip: 'linux' },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'for another chip': {
    order: orderOf(newImage, key, { chip: 'esp32' }),
    state: 'refused',
    why: 'for esp32, this board has linux',
  },
  'for another board of the chip': {
    order: orderOf(newImage, key, { board: 'wt32-eth01' }),
    state: 'refused',
    why: 'the image is for the board wt32-eth01, this one is bare board',
  },
  'whose manifest says no board, where one was signed': {
    order: {
      ...orderOf(newImage, key),
      signature: orderOf(newImage, key, { board: 'wt32-eth01' }).signature,
    },
    state: 'refused',
    why: 'signature is not of a key',
  },
  'of an older version': {
    order: orderOf(newImage, key, { version: '0.0.9' }),
    state: 'refused',
    why: 'is older than 0.1.0',
  },
  'of a pre-release of what runs': {
    order: orderOf(newImage, key, { version: '0.1.0-beta' }),
    state: 'refused',
    why: 'is older than 0.1.0',
  },
  'of the version that runs': {
    order: orderOf(newImage, key, { version: '0.1.0' }),
    state: 'refused',
    why: 'runs already',
  },
  'of a version that is none': {
    order: orderOf(newImage, key, { version: '2\nchip esp32' }),
    state: 'refused',
    why: 'is none by',
  },
  'longer than the slot': {
    order: orderOf(newImage, key, { imageBytes: 100_001 }),
    state: 'refused',
    why: 'the slot takes 100000',
  },
  'of which one bit is flipped': {
    order: good,
    serve: serveAll(flipped),
    state: 'failed',
    why: 'another than the one ordered',
  },
  'in whose place another is served': {
    order: good,
    serve: serveAll(other),
    state: 'failed',
    why: 'another than the one ordered',
  },
  'that ends early': {
    order: good,
    serve: (from, to) => (from < 30_000 ? newImage.subarray(from, Math.min(to + 1, 30_000)) : 'refused'),
    state: 'failed',
    why: '20 tries in vain, 30000 bytes came',
  },
  'that is longer than it says': {
    order: good,
    serve: from => longer.subarray(from),
    state: 'failed',
    why: 'more bytes came',
  },
  'that is no image': {
    order: orderOf(new Uint8Array(5000), key),
    serve: serveAll(new Uint8Array(5000)),
    state: 'failed',
    why: 'does not begin as an image',
  },
  'whose own head is for another chip': {
    order: orderOf(esp32, key),
    serve: serveAll(esp32),
    state: 'failed',
    why: 'it is for chip 0',
  },
  'that was signed and is damaged inside': {
    order: orderOf(flipped, key),
    serve: serveAll(flipped),
    state: 'failed',
    why: 'cannot be activated',
  },
};

describe('an image', () => {
  test.each(Object.entries(bad))(
    '%s never runs, is told with its reason, and a good one is taken after it',
    (_name, { order, serve, state, why }) => {
      const rig = new UpdateRig();
      if (serve !== undefined) rig.serve = serve;
      ordered(rig, order, 'bad').run(45 * minuteMs);
      expect(rig.last).toMatchObject({ id: 'bad', state });
      expect(rig.last?.message).toContain(why);
      expect(rig.slots.starts).toEqual(['0.1.0']);
      rig.serve = serveAll(newImage);
      ordered(rig, good, 'good').run(2 * minuteMs);
      expect(rig.last).toMatchObject({ id: 'good', state: 'confirmed' });
    },
  );

  test('of the version that runs is taken where the order says again', () => {
    const again = simulatedImage({ version: '0.1.0' }, 9000);
    const rig = new UpdateRig();
    rig.serve = serveAll(again);
    ordered(rig, { ...orderOf(again, key, { version: '0.1.0' }), isAgain: true }).run(2 * minuteMs);
    expect(rig.last?.state).toBe('confirmed');
    expect(rig.slots.starts).toEqual(['0.1.0', '0.1.0']);
  });

  test('is believed by any of the keys, and by none where the firmware has none', () => {
    const two = new UpdateRig([foreign.publicKey, key.publicKey]);
    ordered(two).run(2 * minuteMs);
    expect(two.last?.state).toBe('confirmed');
    const none = new UpdateRig([]);
    ordered(none).run(minuteMs);
    expect(none.last?.message).toContain('built without a key');
  });
});

describe('an order', () => {
  test('can be cancelled until it is activated, and the next one is taken', () => {
    const rig = new UpdateRig();
    rig.serve = () => 'silent';
    ordered(rig).run(5000);
    expect(rig.update.take('order-2', good)).toContain('under way');
    expect(rig.update.cancel()).toBeUndefined();
    expect(rig.last).toMatchObject({ id: 'order-1', state: 'cancelled' });
    expect(rig.update.cancel()).toContain('no update is under way');
    rig.serve = serveAll(newImage);
    ordered(rig, good, 'order-3').run(2 * minuteMs);
    expect(rig.last).toMatchObject({ id: 'order-3', state: 'confirmed' });
  });

  test('that a restart broke off says so', () => {
    const rig = new UpdateRig();
    rig.serve = () => 'silent';
    ordered(rig).run(5000);
    rig.update.stop();
    rig.boot();
    expect(rig.last).toMatchObject({ id: 'order-1', state: 'failed' });
    expect(rig.last?.message).toContain('restarted while it fetched');
  });

  test('without its image is refused', () => {
    const rig = new UpdateRig();
    expect(rig.update.take('x', undefined)).toContain('is missing');
  });
});

/** What may stand at the end, by what runs. */
const ends: Readonly<Record<string, readonly string[]>> = {
  '0.1.0': ['failed', 'rolledBack'],
  '0.2.0': ['confirmed'],
};

/** Boots until the supply holds, lets an hour pass, and says what is left. */
function settle(rig: UpdateRig): void {
  rig.cutAt = Number.POSITIVE_INFINITY;
  expect(rig.boot()).toBe(true);
  rig.run(25 * minuteMs);
  expect(rig.isDead).toBe(false);
  expect(rig.slots.port(() => {}).isOnTrial()).toBe(false);
  if (rig.last !== undefined) expect(ends[rig.version]).toContain(rig.last.state);
  expect([...new Set(rig.slots.starts)].filter(version => ends[version] === undefined)).toEqual([]);
}

/** Whatever was left, the next update goes through. */
function goesOn(rig: UpdateRig): void {
  const next = simulatedImage({ version: '0.4.0' }, 9000);
  rig.serve = serveAll(next);
  ordered(rig, orderOf(next, key, { version: '0.4.0' }), 'next').run(2 * minuteMs);
  expect(rig.last).toMatchObject({ id: 'next', state: 'confirmed' });
  expect(rig.version).toBe('0.4.0');
}

describe('a power cut', () => {
  const whole = ordered(new UpdateRig());
  whole.run(2 * minuteMs);
  const steps = whole.steps;

  function cutAt(step: number, fault?: 'crash' | 'mute'): UpdateRig {
    const image = fault === undefined ? newImage : simulatedImage({ version: '0.2.0', fault }, 40_000);
    const rig = new UpdateRig();
    rig.serve = serveAll(image);
    rig.cutAt = step;
    rig.update.take('order-1', orderOf(image, key));
    rig.run(25 * minuteMs);
    return rig;
  }

  test('at any step of flash or store ends in the old firmware or the new one, confirmed', () => {
    expect(steps).toBeGreaterThan(18);
    const ended = new Set<string>();
    for (let step = 1; step <= steps; step++) {
      const rig = cutAt(step);
      expect(rig.isDead, `step ${step}`).toBe(true);
      settle(rig);
      ended.add(`${rig.version} ${rig.last?.state}`);
      goesOn(rig);
    }
    expect([...ended].sort()).toEqual([
      '0.1.0 failed',
      '0.1.0 rolledBack',
      '0.1.0 undefined',
      '0.2.0 confirmed',
    ]);
  });

  test('and another one at any step after it do so, too', () => {
    let both = 0;
    for (let first = 1; first <= steps; first++) {
      for (let second = 1; second < 12; second++) {
        const rig = cutAt(first);
        rig.cutAt = rig.steps + second;
        rig.boot();
        rig.run(25 * minuteMs);
        if (!rig.isDead) break;
        both++;
        settle(rig);
      }
    }
    expect(both).toBeGreaterThan(20);
  });

  test.each(['crash', 'mute'] as const)(
    'at any step of an update to a firmware that is %s ends in the old one',
    fault => {
      for (let step = 1; step <= steps + 6; step++) {
        const rig = cutAt(step, fault);
        settle(rig);
        expect(rig.version, `step ${step}`).toBe('0.1.0');
      }
    },
  );

  test('at an order whose image is another than signed never lets that run', () => {
    for (let step = 1; step <= steps; step++) {
      const rig = new UpdateRig();
      rig.serve = serveAll(flipped);
      rig.cutAt = step;
      rig.update.take('order-1', good);
      rig.run(minuteMs);
      settle(rig);
      expect(rig.slots.starts.every(version => version === '0.1.0')).toBe(true);
    }
  });
});
