import { nearestIds } from '#profiles/nearest.ts';
import type { ModbusProfile } from '#profiles/profile.ts';
import { profiles } from '#profiles/registry.ts';
import { UsageError } from './arguments.ts';
import { siteMeters } from './site.ts';

/** A meter that somebody wants on the bus besides those of the site. */
export interface MoreMeter {
  readonly profile: ModbusProfile;
  readonly address: number;
}

/** `abb-b23@5,sunspec@6` as meters. @throws UsageError that names what was wrong and what is allowed. */
export function moreMeters(text: string | null): MoreMeter[] {
  const found: MoreMeter[] = [];
  const taken = new Set(
    siteMeters.flatMap(({ line, address }) => (line === 'rs485-1' ? (address ?? []) : [])),
  );
  for (const part of text === null ? [] : text.split(',')) {
    const [id = '', place = ''] = part.trim().split('@');
    const profile = profiles.find(known => known.id === id);
    if (profile?.kind !== 'modbus') {
      const ids = profiles.filter(({ kind }) => kind === 'modbus').map(known => known.id);
      throw new UsageError(
        `--meters ${JSON.stringify(part)}: there is no Modbus meter ${JSON.stringify(id)}; the nearest are ${nearestIds(id, ids).join(', ')}; all are in the README's table`,
      );
    }
    const address = /^\d+$/.test(place) ? Number(place) : Number.NaN;
    if (!(address >= 1 && address <= 247)) {
      throw new UsageError(
        `--meters ${JSON.stringify(part)}: PROFILE@ADDRESS with an address from 1 to 247 is allowed`,
      );
    }
    if (taken.has(address)) {
      throw new UsageError(`--meters ${JSON.stringify(part)}: address ${address} is taken; choose another`);
    }
    taken.add(address);
    found.push({ profile, address });
  }
  return found;
}
