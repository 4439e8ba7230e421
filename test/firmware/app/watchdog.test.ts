import { describe, expect, it } from 'vitest';
import { stuckAfterMs } from '#app/watchdog.ts';
import type { GatewaySettings } from '#core/wire/settings.ts';
import type { Ports } from '#ports';
import { watchdogMs } from '../../../simulator/gateway/simulated-board.ts';
import { LifeRig, lifeSettings } from './life-rig.ts';

/** As the documentation says: a minute late is stuck, 30 s later the board restarts, checked each second. */
const latestMs = stuckAfterMs + watchdogMs + 1000;

const noLines: GatewaySettings = { version: 2, lines: [], meters: [] };

/** Runs the rig until its board restarts; how long it took. */
function msToReset(rig: LifeRig, mostMs: number): number | undefined {
  const before = rig.board.resets.length;
  for (let ms = 0; ms < mostMs; ms += 1000) {
    rig.time.advance(1000);
    if (rig.board.resets.length > before) return ms + 1000;
  }
  return undefined;
}

describe('what is stuck', () => {
  it('a script that hangs whole restarts the board within 31 s', () => {
    const rig = new LifeRig();
    rig.start();
    rig.time.advance(60_000);
    rig.script.isFrozen = true;
    expect(msToReset(rig, 120_000)).toBeLessThanOrEqual(watchdogMs + 1000);
    expect(rig.board.resets).toEqual(['watchdog']);
    rig.time.advance(20_000);
    expect(rig.gateway?.health()).toMatchObject({ resetReason: 'watchdog', boots: 2, mode: 'normal' });
    expect(rig.gateway?.health().meters.kitchen?.state).toBe('well');
  });

  it('a line whose chain of callbacks broke restarts the board within 91 s of its lost step, and is named', () => {
    // Each callback that is lost is another place to break at: timers of bus, poller, meters, health, clock.
    const named = new Set<string>();
    for (let lost = 0; lost < 8; lost++) {
      const settings = {
        ...lifeSettings,
        lines: lifeSettings.lines.slice(0, 1),
        meters: lifeSettings.meters.slice(0, 2),
      };
      const rig = new LifeRig({ settings });
      rig.start();
      rig.time.advance(30_000);
      rig.isAnswering = lost % 2 === 0;
      rig.time.advance(5000);
      let left = lost;
      let lostTicks = 0;
      rig.script.loses = () => {
        if (left === 0) lostTicks = rig.time.ticksMs();
        return left-- === 0;
      };
      msToReset(rig, 200_000);
      const ms = rig.time.ticksMs() - lostTicks;
      const stuck = rig.log.find(text => text.includes('is stuck'));
      if (stuck !== undefined) {
        named.add(stuck.split(' is stuck')[0] ?? '');
        expect(ms).toBeLessThanOrEqual(latestMs + 1000);
        expect(rig.board.resets[0]).toBe('watchdog');
      }
      // What was lost may also be a timer of nothing that goes on; in any case all is measured again.
      rig.isAnswering = true;
      rig.time.advance(70_000);
      expect(rig.gateway?.health().meters.kitchen?.state).toBe('well');
    }
    expect([...named]).toContain('error: line bus');
  });

  it('an I2C bus that never calls back and whose time-out is lost restarts the board', () => {
    const settings: GatewaySettings = {
      version: 1,
      lines: [{ id: 'chips', kind: 'i2c', port: 'chips' }],
      meters: [{ id: 'battery', name: 'Battery', profile: 'ina219', line: 'chips', address: 0x40 }],
    };
    const openI2c: Ports['openI2c'] = () => ({ readWord: () => {}, writeWord: () => {}, close: () => {} });
    const rig = new LifeRig({ settings, ports: { openI2c } });
    rig.start();
    rig.time.advance(120_000);
    expect(rig.board.resets).toEqual([]);
    expect(rig.gateway?.health().meters.battery?.reason).toBe('busLost');
    // All timers but those of whole seconds, by which the watchdog itself goes.
    const from = rig.time.ticksMs();
    rig.script.loses = () => rig.time.ticksMs() < from + 4000 && rig.time.ticksMs() % 1000 !== 0;
    const ms = msToReset(rig, 200_000);
    expect(rig.log.filter(text => text.includes('line chips is stuck'))).toHaveLength(1);
    expect(ms).toBeLessThanOrEqual(latestMs + 5000);
    expect(rig.board.resets).toEqual(['watchdog']);
  });

  it('an uplink that forgot to try again restarts the board', () => {
    const rig = new LifeRig({ settings: noLines });
    rig.broker.shut();
    rig.start();
    rig.time.advance(120_000);
    const from = rig.time.ticksMs();
    // One of its next tries never comes.
    const log = rig.log.length;
    rig.script.loses = () =>
      rig.time.ticksMs() > from + 1000 && rig.log.length > log && rig.time.ticksMs() % 1000 !== 0;
    const ms = msToReset(rig, 400_000);
    expect(rig.log.filter(text => text.includes('stuck'))).toEqual([
      'error: the uplink is stuck: the board restarts in 30 s, unless it goes on by then',
    ]);
    expect(ms).toBeDefined();
    expect(rig.board.resets[0]).toBe('watchdog');
  });
});

describe('what is not stuck', () => {
  const calm = (
    what: string,
    options: ConstructorParameters<typeof LifeRig>[0],
    run: (rig: LifeRig) => void,
  ) =>
    it(what, () => {
      const rig = new LifeRig(options);
      rig.start();
      rig.time.advance(10_000);
      run(rig);
      expect(rig.log.filter(text => text.includes('stuck'))).toEqual([]);
      expect(rig.board.resets).toEqual([]);
    });

  calm('a gateway without lines', { settings: noLines }, rig => rig.time.advance(3_600_000));
  calm('a serial port that never calls back: its meters are silent, and it goes on asking', {}, rig => {
    rig.isAnswering = false;
    rig.time.advance(400_000);
    expect(rig.gateway?.health().meters.kitchen?.state).toBe('silent');
    expect(rig.gateway?.health().meters.utility?.state).toBe('failing');
  });
  calm(
    'lines whose ports do not exist',
    {
      settings: {
        ...lifeSettings,
        lines: lifeSettings.lines.map(line => ({ ...line, port: `no-${line.port}` })),
      },
    },
    rig => rig.time.advance(600_000),
  );
  calm('a broker that is away for a day', { settings: noLines }, rig => {
    rig.broker.shut();
    rig.time.advance(86_400_000);
    rig.broker.open();
    rig.time.advance(90_000);
    expect(rig.gateway?.health().uplink.connects).toBe(2);
  });
  calm('an outage with meters', {}, rig => {
    rig.broker.shut();
    rig.time.advance(300_000);
  });
  calm(
    'meters that are asked once in 15 minutes',
    {
      settings: {
        ...lifeSettings,
        lines: lifeSettings.lines.slice(0, 1),
        meters: lifeSettings.meters.slice(0, 1).map(meter => ({ ...meter, windowS: 900, sampleMs: 900_000 })),
      },
    },
    rig => rig.time.advance(2_000_000),
  );
  calm('a scan of many addresses at two speeds, a probe and a trace', {}, rig => {
    const bauds = [1200, 9600];
    rig.command({ id: 't', name: 'trace', line: 'bus', seconds: 120 });
    rig.command({ id: 'd', name: 'diagnose', line: 'bus', seconds: 120 });
    rig.command({ id: 's', name: 'scan', line: 'bus', scan: { fromAddress: 1, toAddress: 60, bauds } });
    rig.time.advance(200_000);
    rig.command({ id: 'p', name: 'probe', line: 'bus', address: 9, profile: 'eastron-sdm630' });
    rig.time.advance(120_000);
    expect(rig.gateway?.health().meters.kitchen?.state).toBe('well');
  });
  calm('settings that change over and over', {}, rig => {
    for (let version = 2; version < 30; version++) {
      rig.desire(version % 2 === 0 ? { ...noLines, version } : { ...lifeSettings, version });
      rig.time.advance(20_000);
    }
  });
  calm('a wall clock that jumps by hours', {}, rig => {
    for (let jump = 0; jump < 10; jump++) {
      rig.time.setWall((rig.time.wallMs() ?? 0) + (jump % 2 === 0 ? 7_200_000 : -3_600_000));
      rig.time.advance(60_000);
    }
  });
});
