import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placesIn } from '../../../host/profiles/json-places.ts';
import { checkProfileText } from '../../../host/profiles/profile-text.ts';

const text = `{
  "kind": "modbus",
  "id": "shed",
  "manufacturer": "Nobody",
  "model": "Foresaw 1",
  "defaults": { "baud": 9600, "parity": "even", "address": 5 },
  "limits": { "maxRegistersPerRead": 20, "maxHoleRegisters": 4 },
  "registers": [
    { "quantity": "powerW", "fc": 3, "address": 10, "type": "int32", "order": "big", "scale": 0.1 },
    { "quantity": "voltageV", "fc": 3, "address": 12, "type": "uint16", "order": "big", "scale": 0.1 }
  ]
}
`;

const mistakes = (of: string): string[] => {
  const checked = checkProfileText(of);
  return 'mistakes' in checked
    ? checked.mistakes.map(({ line, column, field, message }) => `${line}:${column} ${field}: ${message}`)
    : [];
};
const changed = (from: string, to: string) => mistakes(text.replace(from, to));

describe('a profile as text', () => {
  it('is given back as it is where it has no mistake', () => {
    expect(checkProfileText(text)).toEqual({ profile: JSON.parse(text) });
    expect(mistakes(text.replaceAll('\n', '\r\n'))).toEqual([]);
  });

  it.each([
    [
      '"voltageV"',
      '"voltage"',
      '10:19 registers[1].quantity: "voltage" given; the id of a quantity is allowed; the nearest',
    ],
    [
      '"address": 12',
      '"address": 11',
      '10:51 registers[1].address: 11 given; 10 to 11 is taken by registers[0].address',
    ],
    [
      '"order": "big", "scale": 0.1 }\n',
      '"wordOrder": "big", "scale": 0.1 }\n',
      '10:5 registers[1].order: is missing',
    ],
    ['"maxHoleRegisters"', '"holes"', '7:13 limits.maxHoleRegisters: is missing'],
    ['  "model": "Foresaw 1",\n', '', '1:1 model: is missing'],
    [
      '"id": "shed"',
      '"id": "eastron-sdm630"',
      '3:9 id: "eastron-sdm630" given; gateways have a profile of this id',
    ],
    ['"baud": 9600', '"baud": 9600, "baud": 4800', '6:31 defaults.baud: stands twice; take one of them out'],
    [
      '"fc": 3, "address": 12',
      '"fc": 3 "address": 12',
      '10:39 registers[1]: "\\"" given; a comma or } is expected',
    ],
    ['0.1 }\n  ]', '0.1 },\n  ]', '10:103 registers: "," given; no comma is allowed before ]; take it away'],
    [
      '0.1 }\n  ]',
      '0.1, }\n  ]',
      '10:101 registers[1]: "," given; no comma is allowed before }; take it away',
    ],
    ['"shed"', "'shed'", '3:9 id: "\'" given; text stands in double quotes in JSON: "'],
    [
      '  "id"',
      '  // what I call it\n  "id"',
      '3:3 : "/" given; JSON has no comments; note is a field for words',
    ],
    ['"kind"', 'kind', '2:3 : "k" given; the name of a field in double quotes is expected'],
    ['0.1 }', '.1 }', '9:95 registers[0].scale: "." given; a number, a text in double quotes'],
    ['"address": 10', '"address": 0x0A', '9:49 registers[0].address: "0" given; a number, a text'],
    ['"shed"', '"shed', '3:9 id: "\\"" given; a text ends with " in the same line'],
    ['  ]\n}\n', '  ]\n', '12:1 : the text ends; a comma or } is expected'],
    ['  ]\n}\n', '  ]\n}\n}\n', '13:1 : "}" given; nothing more is allowed after the last bracket'],
  ])('with %s as %s is told of with line, column and field', (from, to, expected) => {
    const [first] = changed(from, to);
    expect(first?.slice(0, expected.length)).toBe(expected);
  });

  it('tells of unknown names where they stand, and of all mistakes in the order of the text', () => {
    const found = mistakes(
      text.replace('"order": "big", "scale": 0.1 }\n', '"wordOrder": "big", "scale": "x" }\n'),
    );
    expect(found.map(line => line.split(':').slice(0, 2).join(':'))).toEqual([
      '10:5 registers[1].order',
      '10:73 registers[1].wordOrder',
      '10:102 registers[1].scale',
    ]);
  });

  it('of nothing, or of a text that is no object, has one mistake', () => {
    expect(mistakes('')).toEqual([
      '1:1 : the text ends; a number, a text in double quotes, true, false, [ or { is expected',
    ]);
    expect(mistakes('  7')[0]).toMatch(/^1:3 \(all\): 7 given; an object with kind, id,/);
  });

  it('nested without end is refused, not followed', () => {
    const found = mistakes('['.repeat(50_000));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^1:17 .*at most 16 lists and objects inside each other are allowed$/);
  });
});

describe('the example in the documents', () => {
  it('is a profile that a gateway takes', () => {
    const file = readFileSync(new URL('../../../docs/extending.md', import.meta.url), 'utf8');
    const blocks = [...file.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = '']) => text);
    const example = blocks.find(text => text.includes('workshop-meter')) ?? '';
    expect(checkProfileText(example)).toMatchObject({ profile: { id: 'workshop-meter' } });
  });
});

describe('places in JSON', () => {
  /** All fields of a value with the value there, as mistakes name them. */
  function fieldsOf(value: unknown, field = ''): [string, unknown][] {
    const inner = Array.isArray(value)
      ? value.flatMap((item, index) => fieldsOf(item, `${field}[${index}]`))
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, item]) =>
            fieldsOf(item, field === '' ? name : `${field}.${name}`),
          )
        : [];
    return [[field, value], ...inner];
  }

  it('are where each value begins, in every JSON there is', () => {
    // Names of letters: dots and brackets in them would make two fields out of one.
    const { value: someValue } = fc.letrec<{ value: unknown }>(tie => ({
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.oneof(
          fc.string(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.boolean(),
          fc.constant(null),
        ),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie('value'), { maxKeys: 4 }),
      ),
    }));
    let compared = 0;
    fc.assert(
      fc.property(someValue, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        const json = JSON.stringify(value, null, indent);
        const { places, slips } = placesIn(json);
        expect(slips).toEqual([]);
        for (const [field, inner] of fieldsOf(JSON.parse(json))) {
          const at = places.get(field)?.at ?? -1;
          const own = JSON.stringify(inner);
          // Without white space the text from there on begins with the value.
          const rest = JSON.stringify(JSON.parse(json));
          expect(at).toBeGreaterThanOrEqual(0);
          if (indent === undefined) expect(rest.slice(at, at + own.length)).toBe(own);
          else expect(json[at]).toBe(own[0]);
          compared++;
        }
        expect(places.size).toBe(fieldsOf(JSON.parse(json)).length);
      }),
    );
    expect(compared).toBeGreaterThan(200);
  });

  it('are found in the very texts that JSON.parse takes, and in no others', () => {
    const json = fc.jsonValue({ maxDepth: 3 }).map(value => JSON.stringify(value));
    const spoilt = fc.tuple(
      json,
      fc.nat(),
      fc.constantFrom('', ',', '"', '}', ']', ':', '0', '-', '.', 'e', '\\', '\n', ' ', 't'),
    );
    const counts = { valid: 0, spoilt: 0 };
    fc.assert(
      fc.property(spoilt, ([whole, where, put]) => {
        const at = where % (whole.length + 1);
        const candidate = whole.slice(0, at) + put + whole.slice(at + (where % 2));
        let isJson = true;
        try {
          JSON.parse(candidate);
        } catch {
          isJson = false;
        }
        const slips = placesIn(candidate).slips.filter(({ message }) => !message.startsWith('stands twice'));
        expect(slips.length === 0, candidate).toBe(isJson);
        if (isJson) counts.valid++;
        else counts.spoilt++;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(counts.valid, counts.spoilt)).toBeGreaterThan(200);
  });
});
