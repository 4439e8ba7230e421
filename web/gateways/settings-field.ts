export type Choice = readonly [value: string, text: string];

/** A field of a line, meter or rule as its form shows it. */
export interface SettingsField {
  readonly name: string;
  readonly label: string;
  readonly value: string | number | undefined;
  /** A choice of these, a text, a whole number, or any. */
  readonly of: 'text' | 'number' | 'decimal' | readonly Choice[];
  readonly placeholder?: string;
}

/** The value of a field as it was typed. What is no number stays as it was written, and is refused by name. */
export function typedValue({ name, of, value }: SettingsField, text: string): string | number | boolean {
  if (name === 'publish') return text === 'true';
  if (of === 'decimal' && /^-?\d+([.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'));
  return (of === 'number' || typeof value === 'number') && /^\d+$/.test(text) ? Number(text) : text;
}

const shownFields = new Set([
  ...['id', 'kind', 'port', 'baud', 'parity', 'stopBits', 'name', 'profile', 'line', 'address', 'windowS'],
  ...['sampleMs', 'meter', 'quantity', 'operator', 'threshold', 'hysteresis', 'delayS', 'output', 'publish'],
]);

/** Whether a mistake, such as `meters[0].windowS`, is about a field that the form shows. */
export const isShownField = (field: string): boolean =>
  shownFields.has(/^(?:lines|meters|alarms)\[\d+\]\.(\w+)$/.exec(field)?.[1] ?? '');
