import { expect, test } from 'vitest';
import { p1Clock } from '../../../simulator/meters/p1-clock.ts';
import { P1Peaks } from '../../../simulator/meters/p1-peaks.ts';
import { createPlant } from '../../../simulator/plant/plant.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';
import { wireSite } from '../../../simulator/scenario/wired-site.ts';

const second = (text: string): number => Date.parse(text) / 1000;
const months = (text: string): readonly string[] =>
  [...text.matchAll(/\((\d{12}[SW])\)/g)].map(([, at = '']) => at);

test('the quarter that runs, the highest of this month with its end, and those of the months before', () => {
  const peaks = new P1Peaks(p1Clock('Europe/Brussels'));
  const told = (at: string, nowW: number, lastW: number) => peaks.lines(second(at), { nowW, lastW });
  expect(told('2026-03-31T21:40:00Z', 512.4, 7000)).toEqual([
    '1-0:1.4.0(00.512*kW)',
    '1-0:1.6.0(632525252525W)(00.000*kW)',
    '0-0:98.1.0(0)(1-0:1.6.0)(1-0:1.6.0)()',
  ]);
  expect(told('2026-03-31T21:45:00Z', 0, 900)[1]).toBe('1-0:1.6.0(260331234500S)(00.900*kW)');
  // The last quarter of March ends in April.
  expect(told('2026-03-31T22:00:00Z', 1.6, 1500)).toEqual([
    '1-0:1.4.0(00.002*kW)',
    '1-0:1.6.0(632525252525W)(00.000*kW)',
    '0-0:98.1.0(1)(1-0:1.6.0)(1-0:1.6.0)(260401000000S)(260401000000S)(01.500*kW)',
  ]);
  told('2026-03-31T22:15:00Z', 0, 300);
  // A lower one does not take its place, nor does the same one again.
  for (const at of ['2026-03-31T22:30:00Z', '2026-03-31T22:31:00Z', '2026-03-31T22:45:00Z'])
    expect(told(at, 0, 200)[1]).toBe('1-0:1.6.0(260401001500S)(00.300*kW)');
  for (let month = 4; month <= 20; month++)
    told(new Date(Date.UTC(2026, month, 1, 5)).toISOString(), 0, 100 * month);
  const last = told('2027-09-01T05:00:00Z', 0, 100)[2] ?? '';
  expect(last).toMatch(/^0-0:98\.1\.0\(13\)/);
  expect(months(last)).toHaveLength(26);
  expect(months(last)[0]).toBe('260901000000S');
  expect(months(last)[24]).toBe('270901000000S');
});

test('a Belgian meter of a site tells what its site took', async () => {
  const flat = loadScenario('flat');
  const [meter] = flat.meters;
  if (meter === undefined) throw new Error('the flat has no meter');
  const lines = [{ id: 'head', kind: 'ir' as const }];
  const meters = [{ ...meter, at: 'supply', profile: 'p1-meter', line: 'head', head: 'p1-belgium' }];
  const startMs = Date.parse('2026-01-31T20:00:00Z');
  const plant = createPlant(flat.plant, flat.place, { seed: 7, startMs });
  const supply = createPlant(flat.plant, flat.place, { seed: 7, startMs });
  const shown = supply.point('supply');
  let ms = startMs;
  const site = await wireSite({ scenario: { ...flat, lines, meters }, plant, plantMs: () => ms });
  try {
    const [line] = site.lines;
    if (line?.kind !== 'ir') throw new Error('the site has no head');
    const said = (code: string): string =>
      new RegExp(`^${code}(.*)\\r$`, 'm').exec(Buffer.from(line.head.telegram(0)).toString('latin1'))?.[1] ??
      '';
    const kwh = (): number => (shown.read('energyImportWh') ?? 0) / 1000;
    const kilowatts = (text: string): number => Number(/([\d.]+)\*kW\)$/.exec(text)?.[1]);
    let [most, began] = [0, kwh()];
    for (let quarter = 0; quarter < 11; quarter++) {
      for (let third = 1; third <= 3; third++) {
        ms += 300_000;
        supply.advanceTo(ms);
        // Counters show tenths of a watt-hour.
        const spread = third === 3 ? 0 : (kwh() - began) * 4;
        expect(Math.abs(kilowatts(said('1-0:1\\.4\\.0')) - spread)).toBeLessThan(0.0015);
      }
      most = Math.max(most, (kwh() - began) * 4);
      began = kwh();
      expect(Math.abs(kilowatts(said('1-0:1\\.6\\.0')) - most)).toBeLessThan(0.0015);
    }
    expect(most).toBeGreaterThan(0.1);
    expect(said('0-0:98\\.1\\.0')).toBe('(0)(1-0:1.6.0)(1-0:1.6.0)()');
    // Midnight in Berlin; a head that speaks otherwise by now has the same month.
    line.head.setQuirks(['doubled']);
    ms += 900_000;
    supply.advanceTo(ms);
    const closed = said('0-0:98\\.1\\.0');
    expect(closed).toMatch(
      /^\(1\)\(1-0:1\.6\.0\)\(1-0:1\.6\.0\)\(260201000000W\)\(26\d{10}W\)\([\d.]+\*kW\)$/,
    );
    expect(Math.abs(kilowatts(closed) - Math.max(most, (kwh() - began) * 4))).toBeLessThan(0.0015);
    expect(said('1-0:1\\.6\\.0')).toBe('(632525252525W)(00.000*kW)');
  } finally {
    await site.close();
  }
});
