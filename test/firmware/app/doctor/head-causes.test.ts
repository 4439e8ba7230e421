import { describe, expect, it } from 'vitest';
import { headCausesOf } from '#app/doctor/causes.ts';
import { createHeadSource } from '#app/head-reader.ts';
import type { QuantityId } from '#core/quantities.ts';
import type { SerialHandlers } from '#ports';
import { smlMeter } from '#profiles/sml-meter.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { type SmlFaults, SmlSpoiler } from '../../../../simulator/meters/sml-faults.ts';
import { SmlHead } from '../../../../simulator/meters/sml-head.ts';
import { meterSettings, recordingSink } from '../line-rig.ts';

const shown: Partial<Record<QuantityId, number>> = { energyImportWh: 12_345_678.9, powerW: 250 };

/** What is named of a head each second, after it has hung so for 10 s, a telegram a second. */
function namedOf(faults: Partial<SmlFaults>, isReduced = false): string[] {
  const time = new VirtualTime();
  let handlers: SerialHandlers | undefined;
  const source = createHeadSource({
    time,
    line: { id: 'ir', kind: 'ir', port: 'simulated' },
    openSerial: (_, given) => {
      handlers = given;
      return { write: () => {}, close: () => {} };
    },
    meter: { settings: meterSettings('grid', 1, {}), profile: smlMeter, sink: recordingSink().sink },
    log: () => {},
  });
  const head = new SmlHead({ read: quantity => shown[quantity], isReduced });
  const spoiler = new SmlSpoiler(3);
  spoiler.faults = { ...spoiler.faults, ...faults };
  source.start();
  const named: string[] = [];
  for (let second = 0; second < 30; second++) {
    const telegram = spoiler.spoil(head.telegram(second));
    if (telegram.length > 0) handlers?.onBytes(telegram);
    time.advance(1000);
    if (second < 10) continue;
    for (const { code } of headCausesOf(source.fault() === undefined, source.head?.())) named.push(code);
  }
  return [...new Set(named)];
}

describe('a doctor at an optical head', () => {
  it('names nothing where all is well', () => {
    expect(namedOf({})).toEqual([]);
  });

  it.each([
    ['a head that is not straight on the meter', { lostShare: 0.9 }, 'headMisaligned'],
    ['one that hears parts', { cutShare: 1 }, 'headMisaligned'],
    ['one with a wrong byte in most telegrams', { corruptShare: 0.8 }, 'headMisaligned'],
    ['one that fell off', { isSilent: true }, 'noAnswer'],
    ['a wrong byte now and then', { corruptShare: 0.1 }, 'noise'],
  ] as const)('names %s', (_, faults, cause) => {
    expect(namedOf(faults)).toContain(cause);
    expect(namedOf(faults).filter(code => code !== cause && code !== 'noise')).toEqual([]);
  });

  it('names a PIN that was not entered', () => {
    expect(namedOf({}, true)).toEqual(['pinMissing']);
  });

  it('names a port that is not there before all else', () => {
    expect(headCausesOf(false, undefined)).toEqual([{ code: 'portClosed', sureness: 1 }]);
  });
});
