import type { LocalClock } from './local-time.ts';

/**
 * Name of an export's file, from the range as the site's clocks show it: `joulegate_2026-01-01_2026-02-01_15min.csv`.
 * Ends that are no midnight have their time: `2026-01-01T1030`. Letters that every file system takes.
 */
export function exportFileName(
  { offsetS }: LocalClock,
  { fromMs, toMs, what, form }: Readonly<Record<'fromMs' | 'toMs', number> & Record<'what' | 'form', string>>,
): string {
  const texts = [fromMs, toMs].map(ms => {
    const atS = Math.floor(ms / 1000);
    return new Date((atS + offsetS(atS)) * 1000).toISOString();
  });
  const areDays = texts.every(text => text.slice(11, 19) === '00:00:00');
  const [from, to] = texts.map(text =>
    areDays ? text.slice(0, 10) : `${text.slice(0, 13)}${text.slice(14, 16)}`,
  );
  return `joulegate_${from}_${to}_${what}.${form}`;
}
