import type { Mistake } from '#core/rules.ts';
import { nearestIds } from '#profiles/nearest.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';

/** The Modbus profile of this id, or the mistake in it with the nearest that there are. */
export function knownProfile(id: string): ModbusProfile | Mistake {
  const known = profiles.filter((profile): profile is ModbusProfile => profile.kind === 'modbus');
  const ids = known.map(profile => profile.id);
  return (
    known.find(profile => profile.id === id) ?? {
      field: '--profile',
      message: `${JSON.stringify(id)} is the id of no Modbus meter; the nearest are ${nearestIds(id, ids).join(', ')}; all are in the README's table`,
    }
  );
}
