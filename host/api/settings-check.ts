import { deepFreeze } from '#core/freeze.ts';
import { limits } from '#core/limits.ts';
import { conforms, type Mistake, mistakesOf } from '#core/rules.ts';
import {
  type GatewaySettings,
  type LineSettings,
  type MeterSettings,
  settingsRule,
} from '#core/wire/settings.ts';
import type { MeterProfile } from '#profiles/profile.ts';
import { findProfile, profiles } from '#profiles/registry.ts';
import type { DesiredSettings } from './contract.ts';

/** Which line a meter of each kind hangs on. */
const lineKinds = deepFreeze({ modbus: 'rs485', sml: 'ir', ina219: 'i2c' } as const);

/** Room for the version and the message around the settings. */
const envelopeBytes = 128;

/**
 * All mistakes of settings that can be found without the gateway: shape first, then ids given twice, profiles and
 * lines that are not there, lines of the wrong kind, addresses taken twice. None: the gateway will run them, unless
 * a port does not open there.
 */
export function settingsMistakes(wanted: DesiredSettings): Mistake[] {
  const settings: unknown = { version: 0, ...wanted };
  if (!conforms(settingsRule, settings)) return mistakesOf(settingsRule, settings);
  const bytes = Buffer.byteLength(JSON.stringify(wanted));
  const mostBytes = limits.settingsBytes - envelopeBytes;
  const found: Mistake[] = [];
  if (bytes > mostBytes) {
    found.push({ field: '(all)', message: `${bytes} bytes given; at most ${mostBytes} are allowed` });
  }
  found.push(...twice('lines', settings.lines), ...twice('meters', settings.meters));
  const taken = new Map<string, string>();
  for (const [index, meter] of settings.meters.entries()) {
    found.push(...meterMistakes(`meters[${index}]`, meter, settings, taken));
  }
  return found.slice(0, 20);
}

function twice(list: string, items: readonly { readonly id: string }[]): Mistake[] {
  const first = new Map<string, number>();
  return items.flatMap(({ id }, index) => {
    const before = first.get(id);
    first.set(id, before ?? index);
    if (before === undefined) return [];
    return [
      { field: `${list}[${index}].id`, message: `${id} given; it is the id of ${list}[${before}] already` },
    ];
  });
}

function meterMistakes(
  field: string,
  meter: MeterSettings,
  { lines }: GatewaySettings,
  taken: Map<string, string>,
): Mistake[] {
  const profile = findProfile(meter.profile);
  const line = lines.find(({ id }) => id === meter.line);
  const found: Mistake[] = [];
  if (profile === undefined) {
    const known = profiles.map(({ id }) => id).join(', ');
    found.push({ field: `${field}.profile`, message: `${meter.profile} given; one of ${known} is allowed` });
  }
  if (line === undefined) {
    const known = lines.map(({ id }) => id).join(', ') || 'none, for there are no lines';
    found.push({ field: `${field}.line`, message: `${meter.line} given; allowed are ${known}` });
  }
  if (profile && line) found.push(...placeMistakes(field, meter, profile, line, taken));
  return found;
}

/** Whether the meter can hang there, and alone at its address. */
function placeMistakes(
  field: string,
  meter: MeterSettings,
  profile: MeterProfile,
  line: LineSettings,
  taken: Map<string, string>,
): Mistake[] {
  const kind = lineKinds[profile.kind];
  if (line.kind !== kind) {
    const message = `${line.id} given, which is of kind ${line.kind}; a line of kind ${kind} is allowed`;
    return [{ field: `${field}.line`, message }];
  }
  if (profile.kind === 'sml') {
    const other = taken.get(line.id);
    taken.set(line.id, field);
    if (other === undefined) return [];
    return [
      { field: `${field}.line`, message: `${line.id} given; ${other} is there, and it can have one meter` },
    ];
  }
  const address = meter.address ?? profile.defaults.address;
  const place = `${line.id}/${address}`;
  const other = taken.get(place);
  taken.set(place, field);
  if (other === undefined) return [];
  const message = `${address} given; ${other} has it on line ${line.id}, and each meter there needs its own`;
  return [{ field: `${field}.address`, message }];
}
