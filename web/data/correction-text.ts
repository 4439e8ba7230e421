import { isQuantityId, quantities } from '#core/quantities.ts';
import type { Correction } from '../../host/api/contract.ts';
import { formatReading, formatText, formatTime } from '../format.ts';
import { locale, words } from '../i18n/language.ts';
import type { Figure } from './correction-draft.ts';

const unitOf = (series: string | null) => {
  const id = series?.slice(series.lastIndexOf('.') + 1) ?? '';
  return isQuantityId(id) ? quantities[id].unit : '1';
};

/** What a correction does, in a few words: "× 1.5". */
export function effectText({
  kind,
  series,
  factor,
  offset,
  reading,
  oldReading,
  newReading,
}: Correction): string {
  const { effect } = words().dataPages.corrections;
  const unit = unitOf(series);
  const shown = (value: number | undefined) => formatReading(value, unit, locale());
  switch (kind) {
    case 'exclude':
      return effect.exclude;
    case 'scale':
      return effect.scale(new Intl.NumberFormat(locale(), { maximumFractionDigits: 6 }).format(factor ?? 1));
    case 'offset':
      return effect.offset(formatText(offset, unit, locale()));
    case 'reading':
      return effect.reading(shown(reading));
    case 'swap':
      return effect.swap(shown(oldReading), shown(newReading));
  }
}

/** When it holds, by the clocks of the site. */
export function rangeText({ fromMs, toMs }: Pick<Correction, 'fromMs' | 'toMs'>, zone: string): string {
  const text = words().dataPages;
  const from = formatTime(fromMs, 'dayTimeYear', locale(), zone);
  if (toMs === null) return text.openRange(from);
  return toMs === fromMs ? from : text.range(from, formatTime(toMs, 'dayTimeYear', locale(), zone));
}

/** A figure of a day, in its unit; `series` is what the correction is about. */
export function figureText(figure: Figure, value: number | null, series: string): string {
  if (figure === 'coverage')
    return value === null ? '–' : `${formatText(Math.round(value * 1000) / 10, '1', locale())}\u202f%`;
  const unit = figure === 'importWh' || figure === 'exportWh' ? 'Wh' : unitOf(series);
  return formatText(value, unit, locale());
}
