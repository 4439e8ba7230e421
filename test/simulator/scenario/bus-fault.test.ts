import { expect, test } from 'vitest';
import { noFaults } from '../../../simulator/line/faults.ts';
import { faultNames, namedFault } from '../../../simulator/line/named-faults.ts';
import { busFault } from '../../../simulator/scenario/bus-fault.ts';
import { loadScenario } from '../../../simulator/scenario/load.ts';
import type { Scenario } from '../../../simulator/scenario/scenario.ts';

const house = loadScenario('family-house');
/** Its buses set so, its meters at other addresses. */
const houseOf = (line: Partial<Scenario['lines'][number]>, addressFrom = 0): Scenario => ({
  ...house,
  lines: house.lines.map(one => (one.kind === 'rs485' ? { ...one, ...line } : one)),
  meters: house.meters.map(meter =>
    meter.address === undefined ? meter : { ...meter, address: meter.address + addressFrom },
  ),
});

test('each fault by name is one of the usual house', () => {
  expect(busFault(null, house)).toEqual(noFaults);
  for (const name of faultNames) expect(busFault(name, house), name).toEqual(namedFault(name));
});

test.each([
  ['wrongBaud', houseOf({ baud: 19_200 }), '19200 is what the bus has, and right'],
  ['wrongParity', houseOf({ parity: 'even' }), 'even is what the bus has, and right'],
  ['dead', houseOf({}, 50), 'no meter has the address 1'],
  ['lateOne', houseOf({}, 50), 'no meter has the address 1'],
  ['wrongBaudOne', houseOf({}, 50), 'no meter has the address 1'],
  ['addressClash', houseOf({}, 50), 'no meter has the address 1'],
  ['noise', { ...house, lines: house.lines.filter(({ kind }) => kind !== 'rs485') }, 'has no RS485 line'],
])('%s by which nothing would be wrong is refused', (name, scenario, why) => {
  expect(() => busFault(name, scenario)).toThrow(why);
});
