import { findProfile } from '#profiles/registry.ts';
import type { WiredLine, WiredSite } from '../scenario/wired-site.ts';
import { headPart } from './head-part.ts';
import { linePart } from './line-part.ts';
import { meterPart } from './meter-part.ts';
import type { LabPart } from './part.ts';

/** The lines of a site, its reading heads and its meters. */
export function siteParts({ lines, counters }: WiredSite): readonly LabPart[] {
  const wires = lines.flatMap(wired => partOf(wired) ?? []);
  const meters = lines.flatMap(({ line, meters: own }) =>
    own.flatMap(({ id, name, profile, address }) => {
      const changed = counters.get(id);
      if (changed === undefined || !changed.hasCounters) return [];
      const model = findProfile(profile)?.model ?? profile;
      const where = address === undefined ? line.id : `${line.id}, ${address}`;
      return meterPart({ id, name, about: `${model} · ${where}`, on: line.id, counters: changed });
    }),
  );
  return [...wires, ...meters];
}

function partOf(wired: WiredLine): LabPart | undefined {
  const { id, baud = 9600, parity = 'none', stopBits = 1 } = wired.line;
  const uart = `${baud} 8${parity.charAt(0).toUpperCase()}${stopBits}`;
  if (wired.kind === 'rs485') {
    const addresses = wired.slaves.map(({ address }) => address);
    return linePart({ id, name: id, about: `RS485, ${uart}`, line: wired.server.line, addresses });
  }
  if (wired.kind === 'ir')
    return headPart({ id, name: id, about: `${wired.speaks}, ${uart}`, server: wired.server });
  return undefined;
}
