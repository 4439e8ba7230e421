import { describe, expect, it } from 'vitest';
import { LiveMeter } from '../../../host/modbus-server/live-meter.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';

const wallMs = 1_700_000_000_000;
const rig = (series: string[] = []) => {
  const time = new VirtualTime({ wallMs });
  const meter = new LiveMeter(time, 10_000, () => new Set(series));
  const now = () => time.wallMs() ?? 0;
  const power = () => (meter.now().isAway ? 'away' : meter.now().valueOf('powerW', 0));
  return { time, meter, now, power };
};

describe('the newest values of a meter', () => {
  it('are told for ten seconds after they were sampled, and not a moment longer', () => {
    const { time, meter, now, power } = rig();
    expect(power()).toBe('away');
    meter.take({ atMs: now(), values: { powerW: 5 } });
    time.advance(9000);
    expect(power()).toBe(5);
    // It may have been sampled a second before the newest.
    time.advance(1);
    expect(power()).toBe('old');
    time.advance(1000);
    expect(power()).toBe('away');
  });

  it('are no younger for having been long on their way', () => {
    const { time, meter, now, power } = rig();
    const atMs = now();
    time.advance(8000);
    meter.take({ atMs, values: { powerW: 5 } });
    expect(power()).toBe(5);
    time.advance(1001);
    expect(power()).toBe('old');
    meter.take({ atMs: atMs - 60_000, values: { powerW: 6 } });
    expect(power()).toBe('old');
  });

  it('grow old by themselves where a gateway has its clock ahead, and are refused where it is behind', () => {
    const { time, meter, now, power } = rig();
    meter.take({ atMs: now() + 3_600_000, values: { powerW: 5 } });
    time.advance(9001);
    expect(power()).toBe('old');
    meter.take({ atMs: now() - 11_000, values: { powerW: 6 } });
    time.advance(1000);
    expect(power()).toBe('away');
  });

  it('are old where the machine slept meanwhile, and its monotonic clock with it', () => {
    const { time, meter, now, power } = rig();
    meter.take({ atMs: now(), values: { powerW: 5 } });
    time.advance(1000);
    time.setWall(now() + 3_600_000);
    expect(power()).toBe('away');
    expect(meter.ageMs).toBe(3_601_000);
    meter.take({ atMs: now(), values: { powerW: 6 } });
    expect(power()).toBe(6);
    // Clocks that creep apart are none that leapt, and one that is set back makes nothing younger.
    for (let second = 0; second < 8; second++) {
      time.advance(1000);
      time.setWall(now() + 100);
    }
    expect(power()).toBe(6);
    time.setWall(now() - 3_600_000);
    time.advance(2001);
    expect(power()).toBe('away');
  });

  it('grow old one by one: a quantity that fails is refused while the meter answers', () => {
    const { time, meter, now, power } = rig();
    meter.take({ atMs: now(), values: { powerW: 5, voltageL1V: 230 } });
    for (let second = 1; second <= 12; second++) {
      time.advance(1000);
      const values = { powerW: 5, voltageL1V: 231 };
      meter.take({ atMs: now(), values, agesMs: { powerW: second * 1000 } });
      expect(power()).toBe(second <= 10 ? 5 : 'old');
      expect(meter.now().valueOf('voltageL1V', 0)).toBe(231);
    }
  });

  it('that gateways read but once a minute may be so much older, as long as the meter answers', () => {
    const { time, meter, now } = rig();
    meter.take({ atMs: now(), values: { powerW: 5, energyImportL1Wh: 1000 } });
    const energy = () => meter.now().valueOf('energyImportL1Wh', 60_000);
    for (let second = 1; second <= 69; second++) {
      time.advance(1000);
      meter.take({ atMs: now(), values: { powerW: 5 } });
    }
    expect(energy()).toBe(1000);
    time.advance(1);
    expect(energy()).toBe('old');
  });

  it('that have not come yet are old where the meter is known to have them; those that never come are none', () => {
    const { time, meter, now } = rig(['powerL1W']);
    meter.take({ atMs: now(), values: { powerW: 5 } });
    expect(meter.now().valueOf('powerL1W', 0)).toBe('old');
    expect(meter.now().valueOf('powerL2W', 0)).toBe('none');
    time.advance(10_001);
    expect(meter.now().valueOf('powerL1W', 0)).toBe('none');
    expect(meter.now().valueOf('powerL1W', 60_000)).toBe('old');
    expect(meter.now().valueOf('powerW', 0)).toBe('old');
  });
});
