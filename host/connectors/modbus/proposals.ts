import type { ScanState } from '#app/doctor/scan.ts';
import type { Proposal } from '../connector.ts';
import { unitOf } from './modbus-source.ts';
import { modbusProfile } from './settings.ts';
import { portOf, type Way } from './way.ts';

type Found = ScanState['found'][number] & {
  /** Units whose answers were taken for those of this one. */
  readonly echoes?: readonly number[];
};

/**
 * Many devices with Modbus TCP answer at every unit, and some at a few: the same profile with the same serial number or
 * counter is one. Two meters that were never used have the same counter as well, and nothing tells them apart for sure:
 * an echo's power and voltage move between two questions, too. One too few is told; one too many would count twice.
 */
export function withoutEchoes(found: readonly Found[]): readonly Found[] {
  const mark = ({ serial, values }: Found) =>
    serial ?? values.energyImportWh ?? values.energyTotalWh ?? values.energyExportWh;
  const isEcho = (one: Found, other: Found) =>
    mark(one) !== undefined && one.profile === other.profile && mark(one) === mark(other);
  return found.flatMap((one, index) => {
    if (found.slice(0, index).some(before => isEcho(one, before))) return [];
    const echoes = found.slice(index + 1).filter(later => isEcho(one, later));
    return [{ ...one, echoes: echoes.map(({ address }) => unitOf(address)) }];
  });
}

/**
 * Settings for all that were found together, and for each; the first tells at which addresses nobody was asked for want of time.
 * @throws Error in words for people where no profile fits any, or nobody was found and not all were asked
 */
export function proposalsOf(way: Way, found: readonly Found[], unasked: readonly number[] = []): Proposal[] {
  const late =
    unasked.length === 0 ? undefined : `units ${spansOf(unasked.map(unitOf))} were not asked in time`;
  if (found.length === 0 && late !== undefined)
    throw new Error(`nobody answered, and ${late}; a meter there is added by hand`);
  const named = found.flatMap(each => (each.profile === null ? [] : [{ ...each, profile: each.profile }]));
  if (named.length === 0 && found.length > 0) {
    const units = found.map(({ address }) => unitOf(address)).join(', ');
    throw new Error(`somebody answers as unit ${units}, and no profile fits; choose one by hand`);
  }
  const one = (each: (typeof named)[number]) => {
    const { manufacturer = '', model = each.profile } = modbusProfile(each.profile) ?? {};
    const unit = unitOf(each.address);
    const kind = `${manufacturer} ${model}`.trim();
    return {
      title: `${kind} (${unit})`,
      detail: detailOf(each),
      row: {
        id: `${each.profile}-${unit}`.slice(-64).replace(/^[-_]+/, ''),
        name: (named.length > 1 ? `${kind} ${unit}` : kind).slice(0, 64),
        profile: each.profile,
        unit,
      },
    };
  };
  const all = named.map(one);
  const single = all.map(({ title, detail, row }) => ({
    title,
    detail,
    settings: { ...way, meters: [row] },
  }));
  const whole = {
    title: `${portOf(way)} (${all.length})`,
    detail: all.map(({ title }) => title).join(', '),
    settings: { ...way, meters: all.map(({ row }) => row) },
  };
  const [first, ...others] = all.length < 2 ? single : [whole, ...single];
  if (first === undefined) return [];
  if (late === undefined) return [first, ...others];
  return [{ ...first, detail: `${first.detail} · ${late}; a meter there is added by hand` }, ...others];
}

/** Such as `2, 5 to 32`. */
function spansOf(units: readonly number[]): string {
  const spans: [first: number, last: number][] = [];
  for (const unit of units.toSorted((one, other) => one - other)) {
    const span = spans.at(-1);
    if (span !== undefined && span[1] === unit - 1) span[1] = unit;
    else spans.push([unit, unit]);
  }
  return spans.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(', ');
}

const units = [
  ['voltageL1V', 'V'],
  ['voltageV', 'V'],
  ['powerW', 'W'],
  ['energyImportWh', 'Wh'],
  ['energyTotalWh', 'Wh'],
  ['energyExportWh', 'Wh'],
] as const;

const toldEchoes = 6;

/** A serial number leaves no doubt. */
function echoText({ serial, echoes = [] }: Found): string[] {
  if (serial !== undefined || echoes.length === 0) return [];
  const more = echoes.length > toldEchoes ? ' …' : '';
  const told = `${echoes.slice(0, toldEchoes).join(', ')}${more}`;
  return [
    `${echoes.length} equal answers were taken for this meter (unit ${told}): it gives no serial number; a meter there of its own is added by hand`,
  ];
}

/** What a person knows a meter by. */
function detailOf(found: Found): string {
  const { profile, sureness, values, serial } = found;
  const shown = units.flatMap(([quantity, unit]) => {
    const value = values[quantity];
    return value === undefined ? [] : [`${Math.round(value * 10) / 10} ${unit}`];
  });
  const name = sureness === 'sure' ? String(profile) : `${profile} ?`;
  const known = serial === undefined ? [] : [`# ${serial}`];
  return [name, ...shown.slice(0, 3), ...known, ...echoText(found)].join(' · ');
}
