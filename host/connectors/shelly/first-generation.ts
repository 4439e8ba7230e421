import type { Sample } from '#app/source.ts';
import type { QuantityId } from '#core/quantities.ts';
import { addedUp, numberIn, scaled } from '../exact-numbers.ts';
import type { ReadableMessage } from '../mqtt-payload.ts';
import { broken, nothing, presence, type Saying, values } from '../mqtt-source.ts';

const wattMinutes = 1 / 60;

/** Of one channel: `relay/0/energy` is in watt-minutes, `emeter/0/total` in watt-hours (Shelly, "Gen1 API, MQTT"). */
const channelValues: Readonly<Record<string, readonly [QuantityId, number]>> = Object.freeze({
  'relay power': ['powerW', 1],
  'relay energy': ['energyImportWh', wattMinutes],
  'emeter power': ['powerW', 1],
  'emeter reactive_power': ['reactivePowerVar', 1],
  'emeter pf': ['powerFactor', 1],
  'emeter current': ['currentA', 1],
  'emeter voltage': ['voltageV', 1],
  'emeter total': ['energyImportWh', 1],
  'emeter total_returned': ['energyExportWh', 1],
});

const phaseValues: Readonly<Record<string, readonly [QuantityId, QuantityId, QuantityId]>> = Object.freeze({
  power: ['powerL1W', 'powerL2W', 'powerL3W'],
  pf: ['powerFactorL1', 'powerFactorL2', 'powerFactorL3'],
  current: ['currentL1A', 'currentL2A', 'currentL3A'],
  voltage: ['voltageL1V', 'voltageL2V', 'voltageL3V'],
  total: ['energyImportL1Wh', 'energyImportL2Wh', 'energyImportL3Wh'],
  total_returned: ['energyExportL1Wh', 'energyExportL2Wh', 'energyExportL3Wh'],
});

/** What of three phases is added up: a 3EM tells no sums over MQTT. */
const sums: Readonly<Record<string, QuantityId>> = Object.freeze({
  power: 'powerW',
  total: 'energyImportWh',
  total_returned: 'energyExportWh',
});

/** Reads one channel such as `emeter/0`, or, for `emeter`, three as the phases of one meter. */
export function firstGenerationReader(prefix: string, part: string): (message: ReadableMessage) => Saying {
  const phases = part === 'emeter' ? new Phases() : undefined;
  return ({ topic, payload, isRetained }) => {
    const text = payload.text?.trim() ?? '';
    if (topic === `${prefix}/online`) return onlineOf(text);
    const [kind = '', channel = '', name = '', more] = topic.slice(prefix.length + 1).split('/');
    if (more !== undefined || name === '') return nothing;
    const number = numberIn(text);
    if (phases !== undefined) {
      const ids = phaseValues[name];
      const phase = ['0', '1', '2'].indexOf(channel);
      const id = ids?.[phase];
      if (kind !== 'emeter' || id === undefined) return nothing;
      if (number === undefined) return broken;
      if (isRetained) return values([{ quantity: id, value: number }]);
      return values([{ quantity: id, value: number }, ...phases.sum(name, phase, number)]);
    }
    const meant = `${kind}/${channel}` === part ? channelValues[`${kind} ${name}`] : undefined;
    if (meant === undefined) return nothing;
    if (number === undefined) return broken;
    const [quantity, factor] = meant;
    return values([{ quantity, value: scaled(number, factor, quantity) }]);
  };
}

export const onlineOf = (text: string): Saying =>
  text === 'true' || text === 'false' ? presence(text === 'true') : nothing;

/** Sums of three phases: the device tells them in their order, and what belongs to two rounds is not added up. */
class Phases {
  readonly #rounds = new Map<string, number[]>();

  sum(name: string, phase: number, value: number): Sample[] {
    const quantity = sums[name];
    if (quantity === undefined) return [];
    const round = phase === 0 ? [] : (this.#rounds.get(name) ?? []);
    // One was lost, or this connection began in the middle.
    const next = round.length === phase ? [...round, value] : [];
    this.#rounds.set(name, next);
    return next.length < 3 ? [] : [{ quantity, value: addedUp(next, quantity) }];
  }
}
