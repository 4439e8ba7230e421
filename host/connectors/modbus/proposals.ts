import type { ScanState } from '#app/doctor/scan.ts';
import type { Proposal } from '../connector.ts';
import { unitOf } from './modbus-source.ts';
import { modbusProfile } from './settings.ts';
import { portOf, type Way } from './way.ts';

type Found = ScanState['found'][number];

/** Many devices with Modbus TCP answer at every unit: the same profile with the same serial number or counter is one. */
export function withoutEchoes(found: readonly Found[]): readonly Found[] {
  const mark = ({ serial, values }: Found) =>
    serial ?? values.energyImportWh ?? values.energyTotalWh ?? values.energyExportWh;
  return found.filter((one, index) => {
    const own = mark(one);
    if (own === undefined) return true;
    return !found.slice(0, index).some(other => other.profile === one.profile && mark(other) === own);
  });
}

/** Settings for all that were found together, and for each. @throws Error in words for people where no profile fits any */
export function proposalsOf(way: Way, found: readonly Found[]): Proposal[] {
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
  if (all.length < 2) return single;
  const whole = {
    title: `${portOf(way)} (${all.length})`,
    detail: all.map(({ title }) => title).join(', '),
    settings: { ...way, meters: all.map(({ row }) => row) },
  };
  return [whole, ...single];
}

const units = [
  ['voltageL1V', 'V'],
  ['voltageV', 'V'],
  ['powerW', 'W'],
  ['energyImportWh', 'Wh'],
  ['energyTotalWh', 'Wh'],
  ['energyExportWh', 'Wh'],
] as const;

/** What a person knows a meter by. */
function detailOf({ profile, sureness, values, serial }: Found): string {
  const shown = units.flatMap(([quantity, unit]) => {
    const value = values[quantity];
    return value === undefined ? [] : [`${Math.round(value * 10) / 10} ${unit}`];
  });
  const name = sureness === 'sure' ? String(profile) : `${profile} ?`;
  return [name, ...shown.slice(0, 3), ...(serial === undefined ? [] : [`# ${serial}`])].join(' · ');
}
