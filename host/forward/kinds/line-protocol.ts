import { type ForwardWindow, valuesOf } from '../window.ts';

/** Names and tags: commas, spaces and equals signs get a backslash (InfluxDB documentation, "Line protocol", "Special characters"). */
const escaped = (text: string): string => text.replace(/[,= ]/g, char => `\\${char}`);
/** Of a measurement, in which an equals sign is itself. */
const escapedName = (text: string): string => text.replace(/[, ]/g, char => `\\${char}`);

/**
 * A window as one line: tags `gateway`, `meter` and `site` in the order of their names, as the documentation advises; a field
 * for each quantity by its id, of gauges the mean, with `_min` and `_max` beside it, of counters the reading; the time is the
 * window's end in whole seconds. All fields are floats: the first value of a field settles its type for ever.
 */
export function lineOf(
  { site, gateway, meter, startMs, windowS, values }: ForwardWindow,
  measurement: string,
): string {
  const fields = valuesOf({ values }).flatMap(([quantity, { mean, min, max, last }]) =>
    mean === undefined
      ? [`${quantity}=${last}`]
      : [`${quantity}=${mean}`, `${quantity}_min=${min}`, `${quantity}_max=${max}`],
  );
  const tags = `gateway=${escaped(gateway)},meter=${escaped(meter)},site=${escaped(site)}`;
  return `${escapedName(measurement)},${tags} ${fields.join(',')} ${startMs / 1000 + windowS}`;
}
