import { expect, test } from 'vitest';
import { runCommand } from '../../../simulator/commands.ts';

const neverEnded = new Promise<void>(() => {});

/** A command line, run to its end or until it is stopped. */
async function run(args: readonly string[], stopped = neverEnded, hear: (line: string) => void = () => {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await runCommand(args, {
    out: line => {
      out.push(...line.split('\n'));
      hear(line);
    },
    err: line => err.push(line),
    stopped,
  });
  return { code, out, err };
}

const day = [
  'run',
  '--scenario',
  'flat',
  '--seed',
  '7',
  '--from',
  '2026-06-21',
  '--hours',
  '6',
  '--every',
  '1200',
];

test('hours of a scenario are over in a moment, and the same again: rows of what each meter has', async () => {
  const { code, out, err } = await run(day);
  expect(code).toBe(0);
  expect(err[0]).toBe('Flat: seed 7, 2026-06-21T00:00:00Z to 2026-06-21T06:00:00Z');
  expect(out[0]).toBe('time,meter,quantity,value');
  const rows = out.slice(1).map(row => row.split(','));
  expect(new Set(rows.map(([, meter]) => meter))).toEqual(new Set(['grid', 'flat', 'kitchen']));
  const counted = rows
    .filter(([, meter, quantity]) => meter === 'grid' && quantity === 'energyImportWh')
    .map(([, , , value]) => Number(value));
  expect(counted).toHaveLength(18);
  expect(counted).toEqual([...counted].sort((a, b) => a - b));
  expect((counted[17] ?? 0) - (counted[0] ?? 0)).toBeGreaterThan(100);
  expect((await run(day)).out).toEqual(out);
});

test('programs get a line of JSON each, which say the same', async () => {
  const { out, err } = await run([...day, '--json', '--hours', '1']);
  const rows = (await run([...day, '--hours', '1'])).out;
  expect(err).toEqual([]);
  const [begin, ...readings] = out.map(line => JSON.parse(line));
  expect(begin).toEqual({
    event: 'begin',
    scenario: 'flat',
    name: 'Flat',
    seed: 7,
    from: '2026-06-21T00:00:00Z',
    to: '2026-06-21T01:00:00Z',
    everyS: 1200,
  });
  expect(readings.pop()).toEqual({ event: 'end', readings: 9, isEarly: false });
  const same = readings.flatMap(({ time, meter, values }) =>
    Object.entries(values).map(([quantity, value]) => `${time},${meter},${quantity},${value}`),
  );
  expect(same).toEqual(rows.slice(1));
});

test('with a speed it goes by the clock, and ends early where it is told to', async () => {
  const startMs = performance.now();
  expect((await run(['run', '--hours', '1', '--speed', '7200', '--every', '1800'])).code).toBe(0);
  expect(performance.now() - startMs).toBeGreaterThan(490);
  let stop = () => {};
  const stopped = new Promise<void>(resolve => {
    stop = resolve;
  });
  const hear = (line: string) => line.includes('"reading"') && stop();
  const { code, out } = await run(['run', '--hours', '9000', '--json', '--every', '1'], stopped, hear);
  expect(code).toBe(0);
  expect(JSON.parse(out.at(-1) ?? '')).toMatchObject({ event: 'end', isEarly: true });
});

test.each([
  [['--from', 'yesterday'], '--from "yesterday": a day such as 2026-06-21 or a time'],
  [['--from', '2026-02-31'], '--from "2026-02-31": a day'],
  [['--every', '0'], '--every "0": a whole number from 1 to 86400 is allowed'],
  [['--hours', '0.01', '--every', '61'], '--every 61: nothing is read within 0.01 hours'],
])('%j is a mistake', async (args, words) => {
  const { code, err } = await run(['run', ...args]);
  expect(code).toBe(2);
  expect(err.join('\n')).toContain(words);
});

test('a year that is ended early says so, and is no result', async () => {
  const { code, err } = await run(['year', '--scenario', 'flat'], Promise.resolve());
  expect({ code, err }).toEqual({ code: 1, err: ['joulegate-sim year: ended before the year was over'] });
});
