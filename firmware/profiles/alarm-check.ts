import { isQuantityId, quantities } from '../core/quantities.ts';
import type { Mistake } from '../core/rules.ts';
import type { GatewaySettings } from '../core/wire/settings.ts';
import { nearestIds } from './nearest.ts';
import { type ModbusProfile, profileQuantities } from './profile.ts';
import { findProfile } from './registry.ts';

/**
 * Adds the mistakes of the settings' `alarms`: each needs an id of its own, a meter of the settings, a quantity that its
 * profile gives, a threshold that a value can pass, and something to do; an output obeys one rule alone. `outputs` are
 * the board's, where they are known.
 */
export function checkAlarms(
  { alarms = [], meters }: GatewaySettings,
  own: readonly ModbusProfile[],
  found: Mistake[],
): void {
  const refuse = (field: string, given: string | number, allowed: string) =>
    found.push({ field, message: `${JSON.stringify(given)} given; ${allowed}` });
  for (const [index, alarm] of alarms.entries()) {
    const field = `alarms[${index}]`;
    const sameId = alarms.findIndex(({ id }) => id === alarm.id);
    if (sameId < index)
      refuse(`${field}.id`, alarm.id, `each alarm needs its own, and alarms[${sameId}] has it`);
    const { output, publish = true } = alarm;
    if (output !== undefined) {
      const sameOutput = alarms.findIndex(other => other.output === output);
      if (sameOutput < index)
        refuse(`${field}.output`, output, `an output obeys one alarm, and alarms[${sameOutput}] has it`);
    } else if (!publish) {
      found.push({
        field: `${field}.publish`,
        message: 'false given, and there is no output: name one, or leave publish out',
      });
    }
    const meter = meters.find(({ id }) => id === alarm.meter);
    if (meter === undefined) {
      const ids = meters.map(({ id }) => id).join(', ');
      refuse(`${field}.meter`, alarm.meter, ids === '' ? 'there are no meters' : `one of ${ids} is allowed`);
      continue;
    }
    const profile = findProfile(meter.profile, own);
    if (profile === undefined) continue;
    const given: readonly string[] = profileQuantities(profile);
    if (!given.includes(alarm.quantity) || !isQuantityId(alarm.quantity)) {
      const nearest = nearestIds(alarm.quantity, given).join(', ');
      refuse(
        `${field}.quantity`,
        alarm.quantity,
        `a quantity that ${profile.id} gives is allowed; the nearest are ${nearest}`,
      );
      continue;
    }
    const { min, max, unit } = quantities[alarm.quantity];
    if (alarm.threshold < min || alarm.threshold > max) {
      refuse(
        `${field}.threshold`,
        alarm.threshold,
        `${min} to ${max} ${unit} is allowed for ${alarm.quantity}`,
      );
    }
  }
}

/** Mistakes of alarms that switch an output which the board does not have. */
export function outputMistakes({ alarms = [] }: GatewaySettings, outputs: readonly string[]): Mistake[] {
  return alarms.flatMap(({ output }, index) =>
    output === undefined || outputs.includes(output)
      ? []
      : [
          {
            field: `alarms[${index}].output`,
            message: `${JSON.stringify(output)} given; ${
              outputs.length === 0 ? 'this board has no outputs' : `one of ${outputs.join(', ')} is allowed`
            }`,
          },
        ],
  );
}
