import { deepFreeze } from '../core/freeze.ts';
import { ina219Setup } from '../core/ina219/setup.ts';
import { conforms, type Mistake, mistakesOf } from '../core/rules.ts';
import {
  type GatewaySettings,
  type LineSettings,
  type MeterSettings,
  settingsDefaults,
  settingsRule,
  windowLengthsS,
} from '../core/wire/settings.ts';
import { checkAlarms } from './alarm-check.ts';
import { nearestIds } from './nearest.ts';
import type { MeterProfile, ModbusProfile } from './profile.ts';
import { checkProfile } from './profile-check.ts';
import { findProfile, profiles, sampleMsOf } from './registry.ts';

/** The kind of line that each kind of profile speaks on. */
const lineKindOf = deepFreeze({ modbus: 'rs485', head: 'ir', ina219: 'i2c' } as const);

/** Addresses by kind: Modbus over serial line V1.02, 2.2; INA219 data sheet (SBOS448G), table 1. */
const addressRange = deepFreeze({ modbus: { min: 1, max: 247 }, ina219: { min: 0x40, max: 0x4f } } as const);

const mostMistakes = 20;

/**
 * The settings in a value from outside, or its mistakes (20 at most), each with its field, what was given and what
 * is allowed: first the shape, and where that is right, whether profiles can be read, and whether lines, meters and
 * profiles go together. `kept` settings ran before: they may have a profile that newer firmware has by the same id.
 */
export function checkSettings(
  value: unknown,
  origin: 'new' | 'kept' = 'new',
): { readonly settings: GatewaySettings } | { readonly mistakes: readonly Mistake[] } {
  if (!conforms(settingsRule, value)) return { mistakes: mistakesOf(settingsRule, value) };
  const found: Mistake[] = [];
  checkLines(value.lines, found);
  const own = checkProfiles(value, origin, found);
  for (const [index, meter] of value.meters.entries())
    checkMeter({ settings: value, own, found, origin }, meter, index);
  checkAlarms(value, own, found);
  return found.length === 0 ? { settings: value } : { mistakes: found.slice(0, mostMistakes) };
}

function checkLines(lines: readonly LineSettings[], found: Mistake[]): void {
  for (const [index, { id, port }] of lines.entries()) {
    const sameId = lines.findIndex(line => line.id === id);
    const samePort = lines.findIndex(line => line.port === port);
    if (sameId < index)
      refuse(found, `lines[${index}].id`, id, `each line needs its own, and lines[${sameId}] has it`);
    if (samePort < index) {
      refuse(found, `lines[${index}].port`, port, `each line needs its own, and lines[${samePort}] has it`);
    }
  }
}

/** The profiles of the settings that can be read. */
function checkProfiles(
  { profiles: forms = [] }: GatewaySettings,
  origin: 'new' | 'kept',
  found: Mistake[],
): readonly ModbusProfile[] {
  return forms.flatMap((form, index) => {
    const place = `profiles[${index}]`;
    const first = forms.findIndex(({ id }) => id === form.id);
    if (first < index) {
      refuse(found, `${place}.id`, form.id, `each profile needs its own, and profiles[${first}] has it`);
    } else if (origin === 'new' && findProfile(form.id) !== undefined) {
      refuse(found, `${place}.id`, form.id, 'the gateway has a profile of this id; give yours another');
    }
    const checked = checkProfile(form);
    if ('profile' in checked) return [checked.profile];
    for (const { field, message } of checked.mistakes) {
      found.push({ field: field === '(all)' ? place : `${place}.${field}`, message });
    }
    return [];
  });
}

/** What a meter is checked against: all settings, the user's own profiles that can be read, the mistakes so far. */
interface Site {
  readonly settings: GatewaySettings;
  readonly own: readonly ModbusProfile[];
  readonly found: Mistake[];
  readonly origin: 'new' | 'kept';
}

function checkMeter(site: Site, meter: MeterSettings, index: number): void {
  const { settings, own, found } = site;
  const field = `meters[${index}]`;
  const first = settings.meters.findIndex(({ id }) => id === meter.id);
  if (first < index)
    refuse(found, `${field}.id`, meter.id, `each meter needs its own, and meters[${first}] has it`);
  checkTimes(site, meter, field);
  const line = settings.lines.find(({ id }) => id === meter.line);
  if (line === undefined) {
    const ids = settings.lines.map(({ id }) => id).join(', ');
    refuse(
      found,
      `${field}.line`,
      meter.line,
      ids === '' ? 'there are no lines' : `one of ${ids} is allowed`,
    );
  }
  const profile = findProfile(meter.profile, own);
  // A profile of the user's that has mistakes of its own is not missing.
  if (profile === undefined && !settings.profiles?.some(({ id }) => id === meter.profile)) {
    const ids = [...own, ...profiles].map(({ id }) => id);
    const nearest = nearestIds(meter.profile, ids).join(', ');
    refuse(
      found,
      `${field}.profile`,
      meter.profile,
      `the id of a profile is allowed; the nearest are ${nearest}`,
    );
  }
  if (line === undefined || profile === undefined) return;
  const kind = lineKindOf[profile.kind];
  if (line.kind !== kind) {
    refuse(
      found,
      `${field}.line`,
      line.id,
      `it is of kind ${line.kind}; ${profile.id} needs a line of kind ${kind}`,
    );
    return;
  }
  checkPlace(site, meter, profile, index);
  checkShunt(meter, profile, field, found);
}

function checkTimes({ own, found, origin }: Site, meter: MeterSettings, field: string): void {
  const { windowS = settingsDefaults.windowS } = meter;
  const profile = findProfile(meter.profile, own);
  const sampleMs = sampleMsOf(meter, profile);
  if (!windowLengthsS.includes(windowS)) {
    refuse(found, `${field}.windowS`, windowS, `one of ${windowLengthsS.join(', ')} is allowed`);
  }
  if (sampleMs <= windowS * 1000) return;
  if (meter.sampleMs === undefined) {
    // Settings that ran are not stopped by firmware that sees it: their windows have gaps, and a reason for each.
    if (origin === 'new')
      refuse(
        found,
        `${field}.windowS`,
        windowS,
        `${profile?.id} is asked each ${sampleMs / 1000} s; a longer window is allowed, or a shorter sampleMs`,
      );
  } else {
    refuse(
      found,
      `${field}.sampleMs`,
      sampleMs,
      `at most the length of a window is allowed, ${windowS * 1000}`,
    );
  }
}

/** Whether the meter is alone where it is: at its address, or on its line. */
function checkPlace(
  { settings: { meters }, own, found }: Site,
  meter: MeterSettings,
  profile: MeterProfile,
  index: number,
): void {
  const field = `meters[${index}]`;
  const address = addressOf(meter, own);
  const first = meters.findIndex(
    other =>
      other.line === meter.line &&
      addressOf(other, own) === address &&
      (other === meter || !areParts(profile, findProfile(other.profile, own))),
  );
  if (profile.kind === 'head') {
    if (meter.address !== undefined)
      refuse(found, `${field}.address`, meter.address, 'a meter at an optical head has none');
    const other = meters.findIndex(({ line }) => line === meter.line);
    if (other < index) {
      refuse(
        found,
        `${field}.line`,
        meter.line,
        `a line of kind ir has one meter, and this has meters[${other}]`,
      );
    }
    return;
  }
  const { min, max } = addressRange[profile.kind];
  if (address === undefined || address < min || address > max) {
    refuse(found, `${field}.address`, address ?? null, `${min} to ${max} is allowed`);
  } else if (first < index) {
    refuse(found, `${field}.address`, address, `meters[${first}] has it on line ${meter.line}`);
  }
}

/** Whether these are an inverter and the meter behind it, which answer at one address. */
const areParts = (one: MeterProfile, other: MeterProfile | undefined): boolean =>
  one.kind === 'modbus' &&
  other?.kind === 'modbus' &&
  one.sunspec !== undefined &&
  other.sunspec !== undefined &&
  one.sunspec.part !== other.sunspec.part;

/** The address a meter answers at: its own, or the one it leaves its factory with; none at an optical head. */
function addressOf(meter: MeterSettings, own: readonly ModbusProfile[]): number | undefined {
  const profile = findProfile(meter.profile, own);
  return (
    meter.address ?? (profile === undefined || profile.kind === 'head' ? undefined : profile.defaults.address)
  );
}

function checkShunt(meter: MeterSettings, profile: MeterProfile, field: string, found: Mistake[]): void {
  if (profile.kind !== 'ina219') {
    for (const name of sensorFields) {
      if (meter[name] !== undefined) {
        refuse(found, `${field}.${name}`, meter[name], `${profile.id} has no shunt; leave it out`);
      }
    }
    return;
  }
  const setup = ina219Setup({
    ...meter,
    shuntOhm: meter.shuntOhm ?? profile.defaults.shuntOhm,
    maxCurrentA: meter.maxCurrentA ?? profile.defaults.maxCurrentA,
    sampleMs: meter.sampleMs ?? settingsDefaults.sampleMs,
  });
  if (!setup.ok) found.push({ field: `${field}.${setup.error}`, message: setup.detail });
}

/** What only an INA219 has. */
const sensorFields = deepFreeze([
  'shuntOhm',
  'maxCurrentA',
  'busRangeV',
  'shuntRangeMv',
  'adc',
  'currentFactor',
  'currentOffsetA',
  'voltageFactor',
  'voltageOffsetV',
] as const);

function refuse(found: Mistake[], field: string, given: string | number | null, allowed: string): void {
  found.push({ field, message: `${JSON.stringify(given)} given; ${allowed}` });
}
