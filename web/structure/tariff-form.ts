import type { Tariff } from '../../host/api/contract.ts';

export type PriceField = 'from' | 'importPerKwh' | 'exportPerKwh' | 'perDay';

/** A price as it stands in the fields of a form: texts, right or not yet. */
export type PriceRow = Readonly<Record<PriceField, string>>;

export interface TariffForm {
  readonly currency: string;
  readonly rows: readonly PriceRow[];
}

export type TariffMistakeKind = 'day' | 'twice' | 'number' | 'range' | 'currency';

/** What is wrong with a field; `row` -1: of the whole tariff. */
export interface TariffMistake {
  readonly row: number;
  readonly field: PriceField | 'currency';
  readonly kind: TariffMistakeKind;
}

/** What the host takes (contract-site.ts). */
const least: Readonly<Record<Exclude<PriceField, 'from'>, number>> = Object.freeze({
  importPerKwh: -100,
  exportPerKwh: -100,
  perDay: 0,
});
const most = 1_000_000;

export const emptyRow = (from: string): PriceRow => ({
  from,
  importPerKwh: '',
  exportPerKwh: '0',
  perDay: '0',
});

/** A tariff as texts, numbers with the decimal sign of the locale. */
export function formOf({ currency, prices }: Tariff, locale: string): TariffForm {
  const format = new Intl.NumberFormat(locale, { useGrouping: false, maximumFractionDigits: 8 });
  const rows = prices.map(({ from, importPerKwh, exportPerKwh, perDay }) => ({
    from,
    importPerKwh: format.format(importPerKwh),
    exportPerKwh: format.format(exportPerKwh),
    perDay: format.format(perDay),
  }));
  return { currency, rows };
}

/** A number as people write it, with a point or a comma; null where it is none. */
export function numberOf(text: string): number | null {
  const plain = text.trim().replace('−', '-').replace(',', '.');
  return /^-?\d{1,9}(\.\d{0,8})?$/.test(plain) ? Number(plain) : null;
}

/** The tariff that a form says, its prices in order of their days; or what is not right yet. */
export function tariffOf({
  currency,
  rows,
}: TariffForm): { readonly tariff: Tariff } | { readonly mistakes: readonly TariffMistake[] } {
  const mistakes: TariffMistake[] = [];
  if (!/^[A-Z]{3}$/.test(currency)) mistakes.push({ row: -1, field: 'currency', kind: 'currency' });
  const seen = new Set<string>();
  const prices = rows.map((texts, row) => {
    const { from } = texts;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(from)) mistakes.push({ row, field: 'from', kind: 'day' });
    else if (seen.has(from)) mistakes.push({ row, field: 'from', kind: 'twice' });
    seen.add(from);
    const amount = (field: Exclude<PriceField, 'from'>): number => {
      const number = numberOf(texts[field]);
      if (number === null) mistakes.push({ row, field, kind: 'number' });
      else if (number < least[field] || number > most) mistakes.push({ row, field, kind: 'range' });
      return number ?? 0;
    };
    return {
      from,
      importPerKwh: amount('importPerKwh'),
      exportPerKwh: amount('exportPerKwh'),
      perDay: amount('perDay'),
    };
  });
  if (mistakes.length > 0) return { mistakes };
  return { tariff: { currency, prices: prices.sort((a, b) => (a.from < b.from ? -1 : 1)) } };
}
