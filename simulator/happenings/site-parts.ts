import { findProfile } from '#profiles/registry.ts';
import { addressOf } from '../meters/slave-parameters.ts';
import type { WiredLine, WiredSite } from '../scenario/wired-site.ts';
import { chipPart } from './chip-part.ts';
import { headPart } from './head-part.ts';
import { linePart } from './line-part.ts';
import { meterPart } from './meter-part.ts';
import type { LabPart } from './part.ts';

/** The lines of a site, its reading heads, its chips and its meters. */
export function siteParts({ lines, counters }: WiredSite): readonly LabPart[] {
  const wires = lines.flatMap(partsOf);
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

function partsOf(wired: WiredLine): readonly LabPart[] {
  if (wired.kind === 'i2c') {
    return wired.chips.map(({ meter: { id, name }, address, chip }) =>
      chipPart({ id, name, about: `INA219 · ${wired.line.id}, 0x${address.toString(16)}`, chip }),
    );
  }
  const { id, baud = 9600, parity = 'none', stopBits = 1 } = wired.line;
  const uart = `${baud} 8${parity.charAt(0).toUpperCase()}${stopBits}`;
  if (wired.kind === 'rs485') {
    const addresses = () => wired.slaves.map(addressOf);
    return [linePart({ id, name: id, about: `RS485, ${uart}`, line: wired.server.line, addresses })];
  }
  const { server, head, speaks } = wired;
  return [headPart({ id, name: id, about: `${speaks}, ${uart}`, server, head })];
}
