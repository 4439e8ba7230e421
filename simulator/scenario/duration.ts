const secondsPer: Readonly<Record<string, number>> = Object.freeze({
  ms: 0.001,
  s: 1,
  min: 60,
  h: 3600,
  d: 86_400,
});

const part = /(\d+(?:\.\d+)?) ?(ms|s|min|h|d)(?![a-z])/;

/** What a duration may look like, for a schema. Several parts add up: `1 h 30 min`. */
export const durationPattern = `^${part.source}( ${part.source})*$`;

export const durationHint = 'a duration such as 45 s, 10 min, 1 h 30 min or 2 d';

/** `10 min`, `1 h 30 min`, `45 s` in seconds; undefined where it is no duration. */
export function durationS(text: string): number | undefined {
  if (text.length > 64 || !new RegExp(durationPattern).test(text)) return undefined;
  let seconds = 0;
  for (const [, number = '', unit = ''] of text.matchAll(new RegExp(part, 'g'))) {
    seconds += Number(number) * (secondsPer[unit] ?? 0);
  }
  return seconds;
}
