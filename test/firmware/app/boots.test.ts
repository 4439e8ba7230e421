import { describe, expect, it } from 'vitest';
import { Boots, badStartsMost } from '#app/boots.ts';
import type { StorePort } from '#ports';
import { bareBoard } from '../../../simulator/gateway/board.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';
import { LifeRig } from './life-rig.ts';

const noLog = () => {};
const boot = (store: StorePort, firmware = '1.0.0') => {
  const boots = new Boots({ store, log: noLog, board: bareBoard({ firmware }) });
  boots.begin();
  return boots;
};

describe('starts of a board', () => {
  it('are counted for ever, and five bad ones in a row make the next one safe', () => {
    const store = memoryStore();
    const modes = Array.from({ length: 8 }, () => boot(store).mode);
    expect(modes).toEqual(['normal', 'normal', 'normal', 'normal', 'normal', 'safe', 'safe', 'safe']);
    expect(boot(store).count).toBe(9);
  });

  it('are forgiven by a good one, by a restart in order and by another firmware', () => {
    const store = memoryStore();
    for (let start = 0; start < 4; start++) boot(store);
    boot(store).good();
    for (let start = 0; start < 20; start++) {
      const boots = boot(store);
      expect(boots.mode).toBe('normal');
      boots.ordered();
    }
    for (let start = 0; start < 5; start++) boot(store);
    expect(boot(store).mode).toBe('safe');
    expect(boot(store, '1.0.1')).toMatchObject({ mode: 'normal', count: 32 });
  });

  it('are tried normally out of safe mode, each time after a longer wait, until one is good', () => {
    const store = memoryStore();
    for (let start = 0; start < badStartsMost; start++) boot(store);
    const waitsMin: number[] = [];
    for (let round = 0; round < 7; round++) {
      const safe = boot(store);
      expect(safe.mode).toBe('safe');
      waitsMin.push(safe.safeMs / 60_000);
      safe.ordered();
      expect(boot(store).mode).toBe('normal');
    }
    expect(waitsMin).toEqual([10, 20, 40, 80, 160, 240, 240]);
    boot(store).ordered();
    boot(store).good();
    for (let start = 0; start < badStartsMost; start++) expect(boot(store).mode).toBe('normal');
    expect(boot(store).safeMs).toBe(600_000);
  });

  it('keep their count through a power cut at any write, whatever the write leaves behind', () => {
    const leftovers = ['nothing', 'half', 'noise', 'old'] as const;
    let cuts = 0;
    for (const leaves of leftovers) {
      for (let cutAt = 1; cutAt <= 12; cutAt++) {
        const store = memoryStore();
        let writes = 0;
        let cutBefore = 0;
        for (let start = 1; start <= 12; start++) {
          const cutting: StorePort = {
            ...store,
            write: (key, value) => {
              if (++writes !== cutAt) {
                store.write(key, value);
                return;
              }
              cuts++;
              if (leaves === 'nothing') store.remove(key);
              else if (leaves === 'half') store.write(key, value.slice(0, value.length >> 1));
              else if (leaves === 'noise')
                store.write(
                  key,
                  value.map(byte => byte ^ 0x5a),
                );
              throw new Error('the power went');
            },
          };
          const boots = boot(cutting);
          // The start whose count was being written may be missing, and no other.
          expect(boots.count).toBe(start - cutBefore);
          expect(boots.mode).toBe(start - cutBefore <= badStartsMost ? 'normal' : 'safe');
          if (writes >= cutAt) cutBefore = 1;
        }
      }
    }
    expect(cuts).toBe(48);
  });
});

describe('a gateway whose board restarts over and over', () => {
  it('stops measuring after five starts, says so, takes settings and commands, and tries again by itself', () => {
    const rig = new LifeRig();
    const health = rig.hear('health');
    const reported = rig.hear('settings/reported');
    rig.start();
    for (let start = 0; start < 5; start++) {
      rig.time.advance(60_000);
      rig.board.reset('panic');
      rig.time.advance(1000);
    }
    rig.time.advance(30_000);
    const safe = health.at(-1);
    expect(safe).toMatchObject({ mode: 'safe', boots: 6, resetReason: 'panic', meters: {}, lines: {} });
    const reports = reported.length;
    rig.command({ id: 'a', name: 'about' });
    rig.time.advance(1000);
    expect(rig.mode).toBe('safe');
    expect(reported.length).toBe(reports);
    rig.time.advance(600_000);
    expect(health.at(-1)).toMatchObject({ mode: 'normal', boots: 7, resetReason: 'restart' });
    expect(health.at(-1)?.meters.kitchen?.state).toBe('well');
    // Good now: five more bad ones are needed.
    rig.time.advance(180_000);
    for (let start = 0; start < 4; start++) {
      rig.board.reset('panic');
      rig.time.advance(30_000);
    }
    expect(health.at(-1)?.mode).toBe('normal');
  });

  it('tries a normal start when it is told to, and soon after it was given other settings', () => {
    const rig = new LifeRig();
    const results = rig.hear('result');
    const makeSafe = () => {
      for (let start = 0; start < 6; start++) {
        rig.board.reset('panic');
        rig.time.advance(5000);
      }
      expect(rig.mode).toBe('safe');
    };
    makeSafe();
    rig.command({ id: 'scan', name: 'scan', line: 'bus' });
    rig.time.advance(1000);
    expect(results.at(-1)).toMatchObject({ id: 'scan', ok: false });
    expect(results.at(-1)?.message).toContain('safe mode');
    rig.command({ id: 'again', name: 'restart' });
    rig.time.advance(15_000);
    expect(rig.mode).toBe('normal');
    rig.time.advance(200_000);
    makeSafe();
    rig.desire({ version: 7, lines: [], meters: [] });
    rig.time.advance(25_000);
    expect(rig.mode).toBe('normal');
    expect(rig.gateway?.health().meters).toEqual({});
  });

  it('counts a restart that was ordered, and holds it against nobody', () => {
    const rig = new LifeRig();
    rig.start();
    for (let start = 0; start < 12; start++) {
      rig.time.advance(20_000);
      rig.command({ id: `r${start}`, name: 'restart' });
      rig.time.advance(15_000);
    }
    expect(rig.gateway?.health()).toMatchObject({ mode: 'normal', boots: 13 });
  });
});
