import type { QuantityId } from '#core/quantities.ts';
import { nearestIds } from '#profiles/nearest.ts';
import { UsageError } from '../arguments.ts';
import { D0Head, d0QuirkNames } from './d0-head.ts';
import { P1Head, type P1HeadOptions, type P1Version } from './p1-head.ts';
import type { SmlForm } from './sml-form.ts';
import { SmlHead, type SmlHeadOptions } from './sml-head.ts';
import { type SmlMistake, smlMistakes } from './sml-mistakes.ts';
import { type SmlQuirk, smlQuirks } from './sml-quirks.ts';
import { type StreamQuirk, streamQuirks } from './stream-quirks.ts';

/** A meter that pushes telegrams; `uptimeS` is its own count of seconds. */
export interface TelegramHead {
  telegram(uptimeS: number): Uint8Array;
}

type Read = (quantity: QuantityId) => number | undefined;

/** DSMR counts by tariff: all of it by the first, as of a house that has one. */
const byTariff =
  (read: Read): Read =>
  quantity => {
    if (quantity === 'energyImportT1Wh') return read('energyImportWh');
    if (quantity === 'energyExportT1Wh') return read('energyExportWh');
    return /T2Wh$/.test(quantity) ? 0 : read(quantity);
  };

/** What only P1 tells: its clock and its demand. */
export type P1Texts = Pick<P1HeadOptions, 'clock' | 'demand'>;
type MakeHead = (read: Read, quirks?: readonly string[], texts?: P1Texts) => TelegramHead;

const sml =
  (options: Omit<SmlHeadOptions, 'read'> = {}): MakeHead =>
  (read, quirks = []) =>
    smlHead({ ...options, read }, quirks);

const d0 =
  (...always: readonly string[]): MakeHead =>
  (read, quirks = []) => {
    const names = [...always, ...quirks].flatMap(name => d0QuirkNames[name] ?? []);
    return new D0Head({ read, quirks: Object.fromEntries(names.map(name => [name, true])) });
  };

const p1 =
  (version: P1Version): MakeHead =>
  (read, _quirks, texts) =>
    new P1Head({ read: version === 'luxembourg' ? read : byTariff(read), version, ...texts });

/** Heads by name, each with what makes it differ. `headFor` takes quirks besides. */
export const headKinds: Readonly<Record<string, MakeHead>> = Object.freeze({
  sml: sml(),
  'sml-reduced': sml({ isReduced: true }),
  'sml-absolute': sml({ hasAbsolutePower: true }),
  d0: d0(),
  'd0-7e1': d0('7e1', 'open-tariff'),
  'p1-2.2': p1('2.2'),
  'p1-4.2': p1('4.2'),
  p1: p1('5.0'),
  'p1-belgium': p1('belgium'),
  'p1-luxembourg': p1('luxembourg'),
});

const smlOddities: Readonly<Record<string, SmlQuirk | SmlMistake>> = Object.freeze({
  ...smlQuirks,
  ...smlMistakes,
});
const streams: Readonly<Record<string, StreamQuirk>> = streamQuirks;

/** The names of all quirks that a head of this kind can have. */
export function quirksOf(kind: string): readonly string[] {
  const own = kind.startsWith('sml') ? smlOddities : kind.startsWith('d0') ? d0QuirkNames : {};
  return [...Object.keys(own), ...Object.keys(streamQuirks)];
}

/** What is wrong with the name of a head, in words; undefined where nothing is. */
export function headMistake(name: string): string | undefined {
  const [kind = '', ...quirks] = name.split('+');
  if (!Object.hasOwn(headKinds, kind)) return `one of ${Object.keys(headKinds).join(', ')} is allowed`;
  const known = quirksOf(kind);
  const stranger = quirks.find(quirk => !known.includes(quirk));
  if (stranger !== undefined) {
    const nearest = nearestIds(stranger, known).join(', ');
    return `${kind} has no quirk ${JSON.stringify(stranger)}; the nearest are ${nearest}; docs/hardware.md has all`;
  }
  const makers = quirks.filter(quirk => 'telegram' in (smlOddities[quirk] ?? {}));
  return makers.length > 1 ? `${makers.join(' and ')} cannot be together; leave out one` : undefined;
}

/**
 * A head by its kind and any quirks, such as `sml`, `sml+kermit-crc+bare-time` or `d0+7e1+joined`. @throws UsageError
 * that names what is wrong and what is nearest.
 */
export function headFor(name: string): (read: Read, texts?: P1Texts) => TelegramHead {
  const mistake = headMistake(name);
  const [kind = '', ...quirks] = name.split('+');
  const make = headKinds[kind];
  if (mistake !== undefined || make === undefined) throw new UsageError(`--head ${name}: ${mistake}`);
  const spoils = quirks.flatMap(quirk => streams[quirk] ?? []);
  return (read, texts) => {
    const head = make(read, quirks, texts);
    return spoils.length === 0 ? head : spoilt(head, spoils);
  };
}

function smlHead(options: SmlHeadOptions, names: readonly string[]): TelegramHead {
  const found = names.flatMap(name => smlOddities[name] ?? []);
  const forms = found.flatMap(({ form }): Partial<SmlForm>[] => (form === undefined ? [] : [form]));
  const extras = forms.flatMap(form => form.extras ?? []);
  const own = found.map(quirk => ('head' in quirk ? quirk.head : {}));
  const form: Partial<SmlForm> = Object.assign({}, options.form, ...forms, extras.length > 0 && { extras });
  const head = new SmlHead(Object.assign({}, options, ...own, { form }));
  const [telegram] = found.flatMap(quirk => ('telegram' in quirk ? (quirk.telegram ?? []) : []));
  return telegram === undefined ? head : { telegram: uptimeS => telegram(head, uptimeS) };
}

const spoilt = (head: TelegramHead, spoils: readonly StreamQuirk[]): TelegramHead => ({
  telegram: uptimeS => {
    const next = (): Uint8Array => head.telegram(uptimeS);
    return spoils.reduce((telegram, { spoil }) => spoil(telegram, next), next());
  },
});
