import { UsageError } from '../arguments.ts';
import type { LineFaults } from '../line/faults.ts';
import { namedFault } from '../line/named-faults.ts';
import type { Scenario, ScenarioLine } from './scenario.ts';

/**
 * The fault of this name for the buses of a scenario; null: none.
 * @throws UsageError on another name, and where nothing would be wrong by it: it names a speed that the buses have, or a
 * meter that is on none.
 */
export function busFault(name: string | null, scenario: Scenario): LineFaults {
  const fault = namedFault(name);
  if (name === null) return fault;
  const refuse = (why: string) => new UsageError(`--fault ${name}: ${why}; joulegate-sim happen has others`);
  const buses = scenario.lines.filter(({ kind }) => kind === 'rs485');
  if (buses.length === 0) throw refuse(`${scenario.name} has no RS485 line`);
  const { slaveUart, slaveUartAddresses, deadAddresses, lateAddresses, twinAddresses } = fault;
  const { baud, parity } = slaveUart;
  const isOther = (bus: ScenarioLine): boolean =>
    baud === undefined ? parity === undefined || parity !== bus.parity : baud !== bus.baud;
  if (!buses.some(isOther)) throw refuse(`${baud ?? parity} is what the bus has, and right`);
  const meant = [...slaveUartAddresses, ...deadAddresses, ...lateAddresses, ...twinAddresses];
  const hasMeter = ({ id }: ScenarioLine): boolean =>
    scenario.meters.some(({ line, address = 0 }) => line === id && meant.includes(address));
  if (meant.length > 0 && !buses.some(hasMeter)) throw refuse(`no meter has the address ${meant.join(', ')}`);
  return fault;
}
