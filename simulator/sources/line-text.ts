/** A point to be written as line protocol, as existing loggers send it. */
export interface LineToWrite {
  readonly measurement: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whole numbers that are to carry `i` are bigint. */
  readonly fields: Readonly<Record<string, number | bigint | boolean | string>>;
  /** Digits in the precision of the request. */
  readonly time?: string;
}

const inName = (text: string): string => text.replace(/[,= ]/g, '\\$&');

/** A line, escaped as InfluxDB's documentation says. */
export function lineText({ measurement, tags = {}, fields, time }: LineToWrite): string {
  const tagTexts = Object.entries(tags).map(([key, value]) => `,${inName(key)}=${inName(value)}`);
  const fieldTexts = Object.entries(fields).map(([key, value]) => `${inName(key)}=${valueText(value)}`);
  return `${measurement.replace(/[, ]/g, '\\$&')}${tagTexts.join('')} ${fieldTexts.join(',')}${time === undefined ? '' : ` ${time}`}`;
}

function valueText(value: number | bigint | boolean | string): string {
  if (typeof value === 'string') return `"${value.replace(/["\\]/g, '\\$&')}"`;
  return typeof value === 'bigint' ? `${value}i` : String(value);
}
