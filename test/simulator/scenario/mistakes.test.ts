import { describe, expect, test } from 'vitest';
import { checkScenario } from '../../../simulator/scenario/check.ts';
import { scenarioErrorText } from '../../../simulator/scenario/scenario-error.ts';
import { processorMs } from '../../processor-time.ts';

/** A scenario of one socket, with these lines in the place of those of its parts. */
function fileOf(
  parts: Readonly<Partial<Record<'place' | 'supply' | 'circuits' | 'lines' | 'meters' | 'more', string>>>,
) {
  const {
    place = 'zone: UTC',
    supply = 'kind: three-phase',
    circuits = '{ id: socket, phases: [L2], load: { kind: standby } }',
    lines = '{ id: bus, kind: rs485 }',
    meters = '{ id: plug, profile: eastron-sdm120, at: socket, line: bus, address: 1 }',
    more = '# no more',
  } = parts;
  return [
    'name: One socket',
    `place: { ${place} }`,
    `supply: { ${supply} }`,
    'circuits:',
    `  - ${circuits}`,
    'lines:',
    `  - ${lines}`,
    'meters:',
    `  - ${meters}`,
    more,
    '',
  ].join('\n');
}

/** `line:column field message`, each. */
function told(text: string): string[] {
  const checked = checkScenario(text, 'socket');
  if ('scenario' in checked) return [];
  return checked.mistakes.map(({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`);
}

test('the file itself is right', () => expect(told(fileOf({}))).toEqual([]));

const meter = (fields: string) => ({ meters: `{ id: plug, ${fields} }` });
const modbus = 'line: bus, address: 1';
const second = (fields: string) => ({
  meters: `{ id: plug, profile: eastron-sdm120, at: socket, ${modbus} }\n  - { id: other, ${fields} }`,
});

describe('a mistake is named with its line, its column, its field, what was given and what is allowed', () => {
  test.each([
    [
      'a field nobody knows',
      { place: 'zon: UTC' },
      '2:10 place.zon: is not known; did you mean zone? allowed are zone, latitudeDeg',
    ],
    [
      'a zone that is none',
      { place: 'zone: Mars/Base' },
      '2:16 place.zone: "Mars/Base" is no time zone; a name such as Europe/Berlin',
    ],
    [
      'a number out of range',
      { place: 'cloudiness: 1.5' },
      '2:22 place.cloudiness: 1.5 given; a number from 0 to 1 is allowed',
    ],
    [
      'a kind that is none',
      { supply: 'kind: two-phase' },
      '3:17 supply.kind: "two-phase" given; one of single-phase, three-phase, dc is allowed',
    ],
    [
      'something that is missing',
      { supply: 'nominalV: 230' },
      '3:9 supply.kind: is missing; one of single-phase, three-phase, dc is expected',
    ],
    [
      'an id in capitals',
      { circuits: '{ id: Socket }\n  - { id: socket, phases: [L2] }' },
      '5:11 circuits[0].id: "Socket" given; 1 to 64 lower-case letters',
    ],
    [
      'a load that is none',
      { circuits: '{ id: socket, phases: [L2], load: { kind: toaster } }' },
      '5:47 circuits[0].load.kind: circuit socket: "toaster" is no load for alternating current',
    ],
    [
      'an option that a load has not',
      { circuits: '{ id: socket, phases: [L2], load: { kind: standby, colour: 3 } }' },
      '5:64 circuits[0].load.colour: circuit socket: a load standby has no option colour',
    ],
    [
      'a circuit under none',
      { circuits: '{ id: socket, phases: [L2] }\n  - { id: lamp, under: house }' },
      '6:24 circuits[1].under: circuit lamp: hangs under "house"',
    ],
    [
      'a profile that is none',
      meter(`profile: eastron-sdm12, at: socket, ${modbus}`),
      '9:26 meters[0].profile: "eastron-sdm12" is not known; the nearest are eastron-sdm120,',
    ],
    [
      'a line that is none',
      meter('profile: eastron-sdm120, at: socket, line: buss, address: 1'),
      '9:60 meters[0].line: "buss" is not known; did you mean bus? allowed are bus',
    ],
    [
      'a circuit that is none',
      meter(`profile: eastron-sdm120, at: sockets, ${modbus}`),
      '9:46 meters[0].at: "sockets" is not known; did you mean socket? allowed are supply, ',
    ],
    [
      'a meter of one phase on three',
      meter(`profile: eastron-sdm120, at: supply, ${modbus}`),
      '9:46 meters[0].at: "supply" has 3 phases; eastron-sdm120 measures one: supply.L1, supply.L2, supply.L3 is allowed',
    ],
    [
      'a DC meter on alternating current',
      meter(`profile: peacefair-pzem-017, at: socket, ${modbus}`),
      '9:50 meters[0].at: "socket" has alternating current; peacefair-pzem-017 measures direct current',
    ],
    [
      'a head on a bus',
      meter('profile: sml-meter, at: supply, line: bus'),
      '9:55 meters[0].line: "bus" is a line of kind rs485; sml-meter hangs on one of kind ir',
    ],
    [
      'no address',
      meter('profile: eastron-sdm120, at: socket, line: bus'),
      '9:5 meters[0].address: is missing; eastron-sdm120 has a Modbus address from 1 to 247',
    ],
    [
      'an address that is taken',
      second(`profile: eastron-sdm120, at: socket, ${modbus}`),
      '10:75 meters[1].address: 1 is taken on bus by meters[0]; choose another',
    ],
    [
      'an id that is taken',
      {
        meters: `{ id: plug, profile: eastron-sdm120, at: socket, ${modbus} }\n  - { id: plug, profile: eastron-sdm120, at: socket, line: bus, address: 2 }`,
      },
      '10:11 meters[1].id: "plug" is the id of meters[0] too; each has its own',
    ],
    [
      'two heads on one line',
      {
        lines: '{ id: bus, kind: ir }',
        meters:
          '{ id: a, profile: sml-meter, at: supply, line: bus }\n  - { id: b, profile: sml-meter, at: supply, line: bus }',
      },
      '10:52 meters[1].line: "bus" has a head already',
    ],
    [
      'a head that this profile does not read',
      {
        lines: '{ id: bus, kind: ir }',
        meters: '{ id: a, profile: sml-meter, at: supply, line: bus, head: p1 }',
      },
      '9:63 meters[0].head: "p1" is not what sml-meter reads; allowed are sml,',
    ],
    [
      'a quirk that this head has not',
      {
        lines: '{ id: bus, kind: ir }',
        meters: '{ id: a, profile: sml-meter, at: supply, line: bus, head: sml+kermit }',
      },
      '9:63 meters[0].head: "sml+kermit": sml has no quirk "kermit"; the nearest are kermit-crc',
    ],
    [
      'a happening that is none',
      { more: 'happenings: [{ what: line.nois, at: 1 min }]' },
      '10:22 happenings[0].what: "line.nois" is not known; ',
    ],
    [
      'an option that it has not',
      { more: 'happenings: [{ what: line.noise, at: 1 min, with: { loud: 3 } }]' },
      '10:59 happenings[0].with.loud: line.noise: "loud" is no option of it; it takes bit-errors',
    ],
    [
      'a happening to a part that is none',
      { more: 'happenings: [{ what: line.noise, at: 1 min, with: { part: bos } }]' },
      '10:59 happenings[0].with.part: "bos" is not known; allowed are bus',
    ],
    [
      'a happening to a part of another kind',
      { more: 'happenings: [{ what: counter.reset, at: 1 min, with: { part: bus } }]' },
      '10:62 happenings[0].with.part: "bus" is not known; allowed are plug',
    ],
    [
      'a happening to nothing that is there',
      { more: 'happenings: [{ what: head.silent, at: 1 min }]' },
      '10:22 happenings[0].what: head.silent cannot happen: nothing here has it',
    ],
    [
      'a happening to one of several, and nothing says which',
      {
        lines: '{ id: bus, kind: rs485 }\n  - { id: bus-2, kind: rs485 }',
        more: 'happenings: [{ what: line.noise, at: 1 min }]',
      },
      'happenings[0].with.part: is missing; one of bus, bus-2 is allowed',
    ],
    [
      'a happening that ends at once',
      { more: 'happenings: [{ what: line.noise, at: 10 s, for: 0 s }]' },
      '10:49 happenings[0].for: "0 s" given; longer than nothing is allowed',
    ],
    [
      'a happening by which nothing is wrong',
      { more: 'happenings: [{ what: line.noise, at: 10 s, with: { bit-errors: 0 } }]' },
      '10:64 happenings[0].with.bit-errors: line.noise: bit-errors 0: nothing would be wrong; another is allowed',
    ],
    [
      'one with several amounts, none of which is any',
      { more: 'happenings: [{ what: network.delay, at: 10 s, with: { jitter-ms: 0, delay-ms: 0 } }]' },
      'happenings[0].with.jitter-ms: network.delay: delay-ms 0 and jitter-ms 0: nothing would be wrong; one of them',
    ],
    [
      'a duration without unit',
      { more: 'happenings: [{ what: line.noise, at: 10 }]' },
      '10:38 happenings[0].at: 10 given; a duration such as 45 s, 10 min, 1 h 30 min or 2 d is allowed',
    ],
    [
      'a name that stands twice',
      { more: 'name: again' },
      '10:1 : this name stands twice in the same place; take one of them out',
    ],
    ['a bracket that is not closed', { more: 'happenings: [' }, '10:14 : Flow sequence'],
  ])('%s', (_what, parts, message) => {
    const mistakes = told(fileOf(parts));
    expect(mistakes[0]).toContain(message);
    expect(mistakes).toHaveLength(1);
  });
});

test('all mistakes are told at once, in the order of the file, as compilers write them', () => {
  const text = fileOf({
    supply: 'kind: dcc',
    lines: '{ id: bus, kind: can }',
    ...meter('profile: abb, at: x, line: y'),
  });
  const checked = checkScenario(text, 'x');
  const mistakes = 'mistakes' in checked ? checked.mistakes : [];
  expect(mistakes.map(({ field }) => field)).toEqual([
    'supply.kind',
    'lines[0].kind',
    'meters[0].profile',
    'meters[0].line',
  ]);
  const words = scenarioErrorText('my.yaml', mistakes).split('\n');
  expect(words[0]).toBe('4 mistakes in the scenario my.yaml');
  expect(words[2]).toBe('my.yaml:7:22  lines[0].kind: "can" given; one of rs485, ir, i2c is allowed');
});

test('a mistake that the loads do not hang on hides none of theirs', () => {
  const text = fileOf({
    supply: 'kind: three-phase, fuseA: 63',
    circuits:
      '{ id: socket, phases: [L2], phase: L2, load: { kind: standby, watt: 5 } }\n  - { id: oven, load: { kind: ovn } }',
  });
  expect(told(text).map(line => line.split(' ')[1])).toEqual([
    'supply.fuseA:',
    'circuits[0].phase:',
    'circuits[0].load.watt:',
    'circuits[1].load.kind:',
  ]);
});

describe('a file that would be too much is refused, at once', () => {
  const laughs = [
    'a: &a [x, x, x, x, x, x, x, x, x, x]',
    ...Array.from('bcdefghi', (name, index) => {
      const before = 'abcdefghi'[index];
      return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`;
    }),
  ].join('\n');
  test.each([
    ['nothing', '', 'the file is empty'],
    ['a comment', '# later\n', 'the file is empty'],
    ['a list', '- 1\n', 'a scenario is allowed'],
    ['a megabyte', `name: ${'x'.repeat(1 << 20)}`, 'characters; at most 262144 are allowed'],
    [
      'lists in lists',
      `${'['.repeat(100)}${']'.repeat(100)}`,
      'at most 16 lists and objects inside each other',
    ],
    ['lists in lists without end', '['.repeat(200_000), ''],
    ['blocks in blocks', '- '.repeat(100_000), ''],
    ['aliases of aliases', laughs, 'more than 20000 values'],
    ['an anchor in itself', 'a: &a [*a]', 'at most 16 lists and objects inside each other'],
    ['two documents', 'name: a\n---\nname: b\n', 'a second document begins here'],
    ['a tag', 'name: !!js/function "x"\n', 'tags (!) are not allowed'],
    ['binary', '\u0000\u0001\u0002\uffff', ''],
  ])('%s', (_what, text, message) => {
    const tookMs = processorMs(() => {
      const mistakes = told(text);
      expect(mistakes.join('\n')).toContain(message);
      expect(mistakes.length).toBeGreaterThan(0);
    });
    expect(tookMs).toBeLessThan(3000);
  });
});

test('the same in JSON, with tabs, is the same scenario', () => {
  const file = {
    name: 'One socket',
    supply: { kind: 'single-phase' },
    circuits: [{ id: 'socket', load: { kind: 'standby' } }],
    lines: [{ id: 'bus', kind: 'rs485' }],
    meters: [{ id: 'plug', profile: 'eastron-sdm120', at: 'socket', line: 'bus', address: 1 }],
  };
  for (const text of [JSON.stringify(file), JSON.stringify(file, null, '\t')]) expect(told(text)).toEqual([]);
});
