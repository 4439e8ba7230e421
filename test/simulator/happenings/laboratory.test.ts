import { expect, test } from 'vitest';
import { UsageError } from '../../../simulator/arguments.ts';
import { VirtualTime } from '../../../simulator/gateway/virtual-time.ts';
import { Laboratory } from '../../../simulator/happenings/laboratory.ts';
import { lineHappeningsOf, linePart } from '../../../simulator/happenings/line-part.ts';
import { happening, type LabPart } from '../../../simulator/happenings/part.ts';
import { noFaults } from '../../../simulator/line/faults.ts';
import { SerialLine } from '../../../simulator/line/serial-line.ts';

const startMs = Date.UTC(2026, 5, 1);

function rig(ids: readonly string[] = ['rs485-1']) {
  const time = new VirtualTime({ wallMs: startMs });
  const lines = ids.map(() => new SerialLine({ time, baud: 9600, parity: 'none', stopBits: 1, seed: 1 }));
  const parts: readonly LabPart[] = lines.map((line, index) =>
    linePart({ id: ids[index] ?? '', name: 'Bus', about: '', line, addresses: () => [3, 4] }),
  );
  const lab = new Laboratory({ parts, time, nowMs: () => time.wallMs() ?? 0 });
  return { time, lab, lines };
}

/** Lets what was asked for be done. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
};

test('what begins is told, does something, and is as if it had never been once it has ended', async () => {
  const { lab, lines } = rig();
  const running = await lab.begin({ what: 'line.noise', values: { 'bit-errors': 0.01 } });
  expect(running).toMatchObject({ id: 1, part: 'rs485-1', values: { 'bit-errors': 0.01 }, untilMs: null });
  expect(lines[0]?.faults.bitErrorRate).toBe(0.01);
  await lab.end(1);
  expect(lines[0]?.faults).toEqual(noFaults);
  expect(lab.running).toEqual([]);
  expect(lab.log.since(0).map(({ kind, by, what }) => [kind, by, what])).toEqual([
    ['began', 'person', 'line.noise'],
    ['ended', 'person', 'line.noise'],
  ]);
});

test('with a time it ends by itself, by the clock of the scenario', async () => {
  const { lab, lines, time } = rig();
  await lab.begin({ what: 'line.echo', values: {}, forS: 60 });
  time.advance(59_999);
  await settle();
  expect(lines[0]?.faults.echo).toBe(true);
  time.advance(1);
  await settle();
  expect(lines[0]?.faults.echo).toBe(false);
  expect(lab.log.since(1)).toMatchObject([{ kind: 'ended', by: 'itself' }]);
});

test('what happens already is begun anew with other values, and its old end is forgotten', async () => {
  const { lab, lines, time } = rig();
  await lab.begin({ what: 'line.late', values: { 'delay-ms': 100 }, forS: 10 });
  await lab.begin({ what: 'line.late', values: { 'delay-ms': 900 }, forS: 100 });
  expect(lab.running.length).toBe(1);
  time.advance(50_000);
  await settle();
  expect(lines[0]?.faults.delayMs).toBe(900);
});

test('several things at once are mended in any order, and all at once', async () => {
  const { lab, lines } = rig();
  await lab.begin({ what: 'line.wrong-baud', values: { baud: 4800 } });
  await lab.begin({ what: 'line.wrong-parity', values: {} });
  await lab.begin({ what: 'line.dead', values: {} });
  expect(lines[0]?.faults).toMatchObject({
    slaveUart: { baud: 4800, parity: 'even' },
    deadAddresses: [3, 4],
  });
  await lab.end(2);
  expect(lines[0]?.faults.slaveUart).toEqual({ baud: 4800 });
  expect(await lab.endAll()).toBe(2);
  expect(lines[0]?.faults).toEqual(noFaults);
});

test('every fault of a line changes it, and leaves nothing behind', async () => {
  const { lines } = rig();
  const [line] = lines;
  if (line === undefined) throw new Error('no line');
  for (const { id, begin } of lineHappeningsOf(line, () => [3, 4])) {
    const undo = await begin({});
    expect(line.faults, id).not.toEqual(noFaults);
    await undo();
    expect(line.faults, id).toEqual(noFaults);
  }
});

test('what is wrong with a wish is said, with what is allowed', async () => {
  const { lab } = rig(['rs485-1', 'rs485-2']);
  const refused = (wish: Parameters<typeof lab.begin>[0]) => {
    try {
      lab.begin(wish);
    } catch (error) {
      if (error instanceof UsageError) return error.message;
    }
    throw new Error('it was not refused');
  };
  expect(refused({ what: 'line.nose', values: {} })).toBe(
    '"line.nose" is not known; the nearest are line.noise, line.dead, line.late',
  );
  expect(refused({ what: 'host.kill', values: {} })).toBe(
    'host.kill cannot happen here: nothing that runs has it',
  );
  expect(refused({ what: 'line.echo', values: {} })).toBe(
    'line.echo can happen to rs485-1, rs485-2; say to which, with part',
  );
  expect(refused({ what: 'line.echo', part: 'rs485-9', values: {} })).toBe(
    'line.echo cannot happen to "rs485-9"; part rs485-1, rs485-2 is allowed',
  );
  expect(refused({ what: 'line.noise', part: 'rs485-1', values: { 'bit-errors': 2 } })).toBe(
    'line.noise: bit-errors 2: a number from 0 to 0.5 is allowed',
  );
  expect(refused({ what: 'line.noise', part: 'rs485-1', values: { loud: 1 } })).toBe(
    'line.noise: "loud" is no option of it; it takes bit-errors',
  );
  expect(refused({ what: 'line.wrong-parity', part: 'rs485-1', values: { parity: 'mark' } })).toBe(
    'line.wrong-parity: parity "mark": one of none, even, odd is allowed',
  );
  await expect(lab.end(7)).rejects.toThrow('nothing that happens has the number 7');
});

test('a schedule goes by its clock, again and again, the same each time', async () => {
  const runs: unknown[] = [];
  for (let run = 0; run < 2; run++) {
    const { lab, time, lines } = rig();
    lab.follow([
      { what: 'line.noise', atS: 60, forS: 30, everyS: 600, values: { 'bit-errors': 0.002 } },
      { what: 'line.cut-cable', atS: 100, values: { part: 'rs485-1' } },
    ]);
    expect(lab.planned.map(({ nextMs }) => nextMs)).toEqual([startMs + 60_000, startMs + 100_000]);
    for (let second = 0; second < 3600; second++) {
      time.advance(1000);
      await settle();
    }
    expect(lines[0]?.faults.isCut).toBe(true);
    expect(lab.planned[1]?.nextMs).toBeNull();
    runs.push(lab.log.since(0));
  }
  expect(runs[0]).toEqual(runs[1]);
  const noise = (runs[0] as readonly { what: string; kind: string; atMs: number }[])
    .filter(({ what, kind }) => what === 'line.noise' && kind === 'began')
    .map(({ atMs }) => (atMs - startMs) / 1000);
  expect(noise).toEqual([60, 690, 1320, 1950, 2580, 3210]);
});

test('a schedule that cannot happen here is refused before anything of it begins', () => {
  const { lab, time, lines } = rig();
  const plans = [
    { what: 'line.echo', atS: 0, values: {} },
    { what: 'disk.full', atS: 0, values: {} },
  ];
  expect(() => lab.follow(plans)).toThrow('disk.full cannot happen here');
  time.advance(1000);
  expect(lines[0]?.faults).toEqual(noFaults);
});

test('what cannot begin is told to who asked and stands in the log; what follows is not held up', async () => {
  const time = new VirtualTime({ wallMs: startMs });
  const part: LabPart = {
    id: 'host',
    kind: 'host',
    name: 'Host',
    about: '',
    happenings: [
      happening('host.kill', () => Promise.reject(new Error('it is gone already'))),
      happening('host.pause', () => () => {}),
    ],
  };
  const lab = new Laboratory({ parts: [part], time, nowMs: () => startMs });
  const failing = lab.begin({ what: 'host.kill', values: {} });
  const following = lab.begin({ what: 'host.pause', values: {} });
  await expect(failing).rejects.toThrow('it is gone already');
  expect(await following).toMatchObject({ what: 'host.pause' });
  expect(lab.log.since(0)).toMatchObject([
    { kind: 'failed', what: 'host.kill', text: 'it is gone already' },
    { kind: 'began', what: 'host.pause' },
  ]);
});

test('closing mends all and lets nothing more happen', async () => {
  const { lab, time, lines } = rig();
  lab.follow([{ what: 'line.cut-cable', atS: 10, values: {} }]);
  await lab.begin({ what: 'line.echo', values: {} });
  await lab.close();
  time.advance(60_000);
  await settle();
  expect(lines[0]?.faults).toEqual(noFaults);
  await expect(lab.begin({ what: 'line.echo', values: {} })).rejects.toThrow('closed');
});

/** A host whose end of what was begun fails so often. */
function stubborn(failures: number) {
  let left = failures;
  const undone: string[] = [];
  const part: LabPart = {
    id: 'host',
    kind: 'host',
    name: 'Host',
    about: '',
    happenings: [
      happening('host.pause', () => () => void undone.push('pause')),
      happening('host.kill', () => () => {
        if (left-- > 0) throw new Error('it does not start');
        undone.push('kill');
      }),
    ],
  };
  const time = new VirtualTime({ wallMs: startMs });
  return { time, undone, lab: new Laboratory({ parts: [part], time, nowMs: () => time.wallMs() ?? 0 }) };
}

test('what could not be mended is wrong still, and can be mended later; the others are mended all the same', async () => {
  const { lab, undone } = stubborn(1);
  await lab.begin({ what: 'host.pause', values: {} });
  await lab.begin({ what: 'host.kill', values: {}, forS: 60 });
  await expect(lab.endAll()).rejects.toThrow('it does not start');
  expect(undone).toEqual(['pause']);
  expect(lab.running).toMatchObject([{ id: 2, what: 'host.kill', untilMs: null }]);
  expect(await lab.endAll()).toBe(1);
  expect(undone).toEqual(['pause', 'kill']);
  expect(lab.log.since(0).map(({ kind, what }) => [kind, what])).toEqual([
    ['began', 'host.pause'],
    ['began', 'host.kill'],
    ['failed', 'host.kill'],
    ['ended', 'host.pause'],
    ['ended', 'host.kill'],
  ]);
});

test('a laboratory that cannot mend all closes all the same', async () => {
  const { lab, undone } = stubborn(9);
  await lab.begin({ what: 'host.pause', values: {} });
  await lab.begin({ what: 'host.kill', values: {} });
  await lab.close();
  expect(undone).toEqual(['pause']);
});

test('what is over at once takes no time', async () => {
  const { lab } = meterRig();
  expect(() => lab.begin({ what: 'counter.reset', values: {}, forS: 60 })).toThrow(
    'counter.reset is over at once; it takes no time to end',
  );
  expect(await lab.begin({ what: 'counter.reset', values: {} })).toBeNull();
});

function meterRig() {
  const time = new VirtualTime({ wallMs: startMs });
  const part: LabPart = {
    id: 'kitchen',
    kind: 'meter',
    name: 'Kitchen',
    about: '',
    happenings: [happening('counter.reset', () => () => {})],
  };
  return { lab: new Laboratory({ parts: [part], time, nowMs: () => startMs }) };
}

test('two settings of the same meters hold at once; of other meters they are refused', async () => {
  const { lab, lines } = rig();
  await lab.begin({ what: 'line.wrong-baud', values: { baud: 4800, addresses: [3] } });
  await lab.begin({ what: 'line.wrong-parity', values: { addresses: [3] } });
  expect(lines[0]?.faults).toMatchObject({
    slaveUart: { baud: 4800, parity: 'even' },
    slaveUartAddresses: [3],
  });
  await expect(lab.begin({ what: 'line.wrong-parity', values: { addresses: [4] } })).rejects.toThrow(
    'meters at 3 are set otherwise already',
  );
  await lab.endAll();
  expect(lines[0]?.faults).toEqual(noFaults);
});

test.each([
  ['line.wrong-baud', { baud: 4800, addresses: [3] }, { baud: 9600 }, 'is what the line has'],
  [
    'line.wrong-baud',
    { baud: 4800, addresses: [3] },
    { baud: 4800, addresses: [9] },
    'no meter has the address 9',
  ],
  ['line.wrong-parity', { addresses: [3] }, { parity: 'none' }, 'is what the line has'],
  ['line.dead', { addresses: [3] }, { addresses: [9] }, 'no meter has the address 9'],
  ['line.late', {}, { addresses: [9] }, 'no meter has the address 9'],
  ['line.address-clash', {}, { addresses: [9] }, 'no meter has the address 9'],
])(
  '%s that is refused leaves the same one that happens already as it is, to its own end',
  async (what, values, refused, words) => {
    const { lab, lines, time } = rig();
    const running = await lab.begin({ what, values, forS: 60 });
    const wrong = lines[0]?.faults;
    expect(wrong).not.toEqual(noFaults);
    await expect(lab.begin({ what, values: refused, forS: 10 })).rejects.toThrow(words);
    expect(lines[0]?.faults).toEqual(wrong);
    expect(lab.running).toEqual([running]);
    expect(lab.log.since(0).map(({ kind }) => kind)).toEqual(['began', 'failed']);
    time.advance(60_000);
    await settle();
    expect(lines[0]?.faults).toEqual(noFaults);
  },
);

test('a setting that is refused because of the other one ends neither', async () => {
  const { lab, lines } = rig();
  await lab.begin({ what: 'line.wrong-baud', values: { baud: 4800, addresses: [3] } });
  await lab.begin({ what: 'line.wrong-parity', values: { addresses: [3] } });
  const wrong = lines[0]?.faults;
  await expect(
    lab.begin({ what: 'line.wrong-baud', values: { baud: 4800, addresses: [4] } }),
  ).rejects.toThrow('meters at 3 are set otherwise already');
  expect(lines[0]?.faults).toEqual(wrong);
  await lab.endAll('line.wrong-parity');
  await lab.begin({ what: 'line.wrong-baud', values: { baud: 4800, addresses: [4] } });
  expect(lines[0]?.faults).toMatchObject({ slaveUart: { baud: 4800 }, slaveUartAddresses: [4] });
});

test.each([
  ['line.noise', { 'bit-errors': 0 }, 'line.noise: bit-errors 0: nothing would be wrong; another is allowed'],
  [
    'line.late',
    { 'delay-ms': 0 },
    'line.late: delay-ms 0 and jitter-ms 0: nothing would be wrong; one of them other than 0 is allowed',
  ],
])('%s by which nothing would go wrong is refused', async (what, values, words) => {
  const { lab } = rig();
  expect(() => lab.begin({ what, values })).toThrow(words);
  expect(() => lab.check([{ what, atS: 0, values }])).toThrow(words);
  expect(() => lab.begin({ what, values: {}, forS: 0 })).toThrow(
    `${what} for 0 s; longer than nothing is allowed`,
  );
});

test('what a schedule cannot do stands once in the log', async () => {
  const { lab, time } = rig();
  lab.follow([{ what: 'line.wrong-baud', atS: 1, values: { baud: 9600 } }]);
  time.advance(1000);
  await settle();
  expect(lab.log.since(0)).toMatchObject([{ kind: 'failed', by: 'schedule', what: 'line.wrong-baud' }]);
  expect(lab.log.since(0)).toHaveLength(1);
});

test.each([
  ['line.wrong-baud', { baud: 9600 }, '9600 baud is what the line has, and right; another is allowed'],
  [
    'line.wrong-parity',
    { parity: 'none' },
    'parity none is what the line has, and right; another is allowed',
  ],
])('%s to what the line has is refused: nothing would be wrong', async (what, values, words) => {
  const { lab, lines } = rig();
  await expect(lab.begin({ what, values })).rejects.toThrow(words);
  expect(lines[0]?.faults).toEqual(noFaults);
  expect(lab.running).toEqual([]);
});

test.each(['line.dead', 'line.late', 'line.wrong-baud', 'line.wrong-parity', 'line.address-clash'])(
  '%s of a meter that the line does not have is refused',
  async what => {
    const { lab, lines } = rig();
    await expect(lab.begin({ what, values: { addresses: [3, 77] } })).rejects.toThrow(
      'no meter has the address 77; 3, 4 are there',
    );
    expect(lines[0]?.faults).toEqual(noFaults);
  },
);
