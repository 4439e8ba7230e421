import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AlarmRules } from '#app/alarm-rules.ts';
import { Clock } from '#app/clock.ts';
import type { AlarmSettings } from '#core/wire/settings.ts';
import { SimulatedBoard } from '../../../simulator/gateway/simulated-board.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { LifeRig, type LifeRigOptions, lifeSettings } from './life-rig.ts';
import { epochMs } from './test-site.ts';

const kitchenAlone = {
  ...lifeSettings,
  lines: lifeSettings.lines.slice(0, 1),
  meters: lifeSettings.meters.slice(0, 1),
};

const rule = (more: Partial<AlarmSettings> = {}): AlarmSettings => ({
  id: 'high',
  meter: 'kitchen',
  quantity: 'powerW',
  operator: '>',
  threshold: 1000,
  ...more,
});

function rigOf(alarms: readonly AlarmSettings[], more: LifeRigOptions = {}) {
  const rig = new LifeRig({ settings: { ...kitchenAlone, alarms }, outputs: ['relay', 'lamp'], ...more });
  const heard = rig.hear('alarm');
  rig.start();
  rig.time.advance(5000);
  return { rig, heard };
}

describe('an alarm rule', () => {
  it('begins past its threshold and ends back from it by its hysteresis, and tells both with the value', () => {
    const { rig, heard } = rigOf([rule({ hysteresis: 100, output: 'relay' })]);
    const at = (powerW: number) => {
      rig.powerW = powerW;
      rig.time.advance(3000);
      return rig.board.outputsOn.has('relay');
    };
    expect([460, 1000, 1001, 950, 901, 900, 950, 1000, 1500].map(at)).toEqual([
      false,
      false,
      true,
      true,
      true,
      false,
      false,
      false,
      true,
    ]);
    expect(heard.map(({ isOn, value }) => [isOn, value])).toEqual([
      [true, 1001],
      [false, 900],
      [true, 1500],
    ]);
    expect(heard[0]).toMatchObject({ id: 'high', meter: 'kitchen', quantity: 'powerW' });
    expect(heard[0]?.atMs).toBeGreaterThan(1_700_000_000_000);
  });

  it.each([
    ['>', 1000.5, 1000],
    ['>=', 1000, 999.9],
    ['<', 999.9, 1000],
    ['<=', 1000, 1000.5],
  ] as const)('of %s is true at %d and not at %d', (operator, yes, no) => {
    const { rig, heard } = rigOf([rule({ operator })]);
    rig.powerW = no;
    rig.time.advance(3000);
    const before = heard.length;
    rig.powerW = yes;
    rig.time.advance(3000);
    rig.powerW = no;
    rig.time.advance(3000);
    expect(heard.slice(-2).map(({ isOn }) => isOn)).toEqual([true, false]);
    expect(heard.length - before).toBe(2);
  });

  it('waits until its condition was true without a break for its delay', () => {
    const { rig } = rigOf([rule({ delayS: 10, output: 'relay' })]);
    rig.powerW = 2000;
    rig.time.advance(8000);
    rig.powerW = 500;
    rig.time.advance(3000);
    rig.powerW = 2000;
    rig.time.advance(9000);
    expect(rig.board.outputsOn.size).toBe(0);
    rig.time.advance(4000);
    expect([...rig.board.outputsOn]).toEqual(['relay']);
  });

  it('never begins on values that are absent, and ends where they stay away', () => {
    const { rig, heard } = rigOf([
      rule({ operator: '<', threshold: 100, output: 'relay' }),
      rule({ id: 'late', delayS: 20, output: 'lamp' }),
    ]);
    rig.isAnswering = false;
    rig.time.advance(600_000);
    expect(rig.board.outputsOn.size).toBe(0);
    expect(heard).toEqual([]);
    rig.isAnswering = true;
    rig.powerW = 50;
    rig.time.advance(70_000);
    expect([...rig.board.outputsOn]).toEqual(['relay']);
    rig.isAnswering = false;
    rig.time.advance(60_000);
    expect(rig.board.outputsOn.size).toBe(0);
    expect(heard.at(-1)).toMatchObject({ id: 'high', isOn: false, value: null });
    // A delay does not go on over a gap.
    rig.isAnswering = true;
    rig.powerW = 5000;
    rig.time.advance(70_000);
    expect([...rig.board.outputsOn]).toEqual(['lamp']);
  });

  it('of a meter that is asked each 10 s, and takes half a minute to answer, does not end between two answers', () => {
    const time = new VirtualTime({ wallMs: epochMs });
    const told: boolean[] = [];
    const rules = new AlarmRules({
      ports: { time, store: memoryStore(), board: new SimulatedBoard({ time }), log: () => {} },
      clock: new Clock(time, { synced: () => {}, jumped: () => {} }),
      publishAlarm: ({ isOn }) => {
        told.push(isOn);
        return true;
      },
    });
    const [, head] = lifeSettings.lines;
    const meter = { id: 'heat', name: 'Heat', profile: 'd0-meter-asked', line: head?.id ?? '' };
    rules.apply({
      version: 1,
      lines: lifeSettings.lines,
      meters: [meter],
      alarms: [rule({ meter: 'heat' })],
    });
    for (let answer = 0; answer < 5; answer++) {
      rules.sampled('heat', time.ticksMs(), [{ quantity: 'powerW', value: 2000 }]);
      time.advance(40_000);
    }
    expect(told).toEqual([true]);
    time.advance(20_000);
    expect(told).toEqual([true, false]);
    rules.stop();
  });

  it('switches at once with the host down, and tells later; what is too much is counted', () => {
    const { rig, heard } = rigOf([
      rule({ output: 'relay' }),
      rule({ id: 'quiet', output: 'lamp', publish: false }),
    ]);
    rig.broker.shut();
    rig.time.advance(1000);
    rig.powerW = 2000;
    rig.time.advance(2000);
    expect([...rig.board.outputsOn].sort()).toEqual(['lamp', 'relay']);
    expect(heard).toEqual([]);
    for (let change = 0; change < 30; change++) {
      rig.powerW = change % 2 === 0 ? 100 : 2000;
      rig.time.advance(3000);
    }
    rig.broker.open();
    rig.time.advance(60_000);
    expect(heard).toHaveLength(16);
    expect(heard.at(-1)).toMatchObject({ id: 'high', isOn: true, value: 2000 });
    expect(rig.gateway?.health().alarmsDropped).toBe(31 - 16);
    // On the next connection the newest once more: the one before may have lost it.
    rig.broker.cutOff();
    rig.time.advance(10_000);
    expect(heard).toHaveLength(17);
    expect(heard[16]).toEqual(heard[15]);
  });

  it('goes on over a restart as it was, with its output off until a value says so', () => {
    const { rig, heard } = rigOf([rule({ hysteresis: 500, delayS: 5, output: 'relay' })]);
    rig.powerW = 2000;
    rig.time.advance(60_000);
    expect(heard).toHaveLength(1);
    rig.powerW = 700;
    rig.time.advance(5000);
    expect([...rig.board.outputsOn]).toEqual(['relay']);
    rig.cutPower();
    rig.time.advance(510);
    expect(rig.gateway).toBeDefined();
    expect(rig.board.outputsOn.size).toBe(0);
    rig.time.advance(10_000);
    // Within the hysteresis: on, at once, and no news.
    expect([...rig.board.outputsOn]).toEqual(['relay']);
    expect(heard).toHaveLength(1);
    rig.cutPower();
    rig.powerW = 100;
    rig.time.advance(20_000);
    expect(rig.board.outputsOn.size).toBe(0);
    expect(heard.at(-1)).toMatchObject({ isOn: false, value: 100 });
  });

  it('leaves its output off when the gateway stops, when it is taken out of the settings and in safe mode', () => {
    const { rig } = rigOf([rule({ output: 'relay' })]);
    rig.powerW = 2000;
    rig.time.advance(5000);
    expect(rig.board.outputsOn.size).toBe(1);
    rig.gateway?.stop();
    expect(rig.board.outputsOn.size).toBe(0);
    rig.gateway?.start();
    rig.time.advance(5000);
    expect(rig.board.outputsOn.size).toBe(1);
    rig.desire({ ...kitchenAlone, version: 9, alarms: [rule({ id: 'other', output: 'lamp' })] });
    rig.time.advance(5000);
    expect([...rig.board.outputsOn]).toEqual(['lamp']);
    for (let start = 0; start < 6; start++) {
      rig.board.reset('panic');
      rig.time.advance(3000);
    }
    expect(rig.mode).toBe('safe');
    rig.time.advance(30_000);
    expect(rig.board.outputsOn.size).toBe(0);
  });

  it('of an output that the board does not have is refused by name', () => {
    const { rig } = rigOf([]);
    const reported = rig.hear('settings/reported');
    rig.desire({ ...kitchenAlone, version: 5, alarms: [rule({ output: 'siren' })] });
    rig.time.advance(1000);
    expect(reported.at(-1)?.refused?.mistakes).toEqual([
      { field: 'alarms[0].output', message: '"siren" given; one of relay, lamp is allowed' },
    ]);
  });

  it('of more outputs that the board does not have than a report can name is refused all the same', () => {
    const { rig } = rigOf([]);
    const reported = rig.hear('settings/reported');
    const alarms = Array.from({ length: 32 }, (_, index) =>
      rule({ id: `r${index}`, output: `siren${index}` }),
    );
    rig.desire({ ...kitchenAlone, version: 5, alarms });
    rig.time.advance(1000);
    expect(reported.at(-1)?.refused?.mistakes).toHaveLength(20);
  });

  it('does as its words say, whatever the meter shows', () => {
    const runs = 12;
    const seed = 20_261_121;
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 500, 800, 900, 1000, 1100, 3000), { minLength: 5, maxLength: 16 }),
        fc.constantFrom(0, 50, 200),
        (shown, hysteresis) => {
          const { rig, heard } = rigOf([rule({ hysteresis, output: 'relay' })]);
          let isOn = false;
          let changes = 0;
          for (const value of shown) {
            rig.powerW = value;
            rig.time.advance(3000);
            const wasOn: boolean = isOn;
            isOn = isOn ? value > 1000 - hysteresis : value > 1000;
            if (isOn !== wasOn) changes++;
            expect(rig.board.outputsOn.has('relay')).toBe(isOn);
          }
          expect(heard).toHaveLength(changes);
        },
      ),
      { seed, numRuns: runs },
    );
    console.log(`  alarm rules, seed ${seed}: ${runs} courses of a meter`);
  });
});
