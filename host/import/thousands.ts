import type { Thousands } from './order.ts';

/** A number without what stands between its thousands, where it stands as it should; else as it was. */
export function withoutThousands(text: string, separator: Thousands): string {
  return forms[separator].test(text)
    ? text.replace(separator === ' ' ? /[ \u00a0\u202f]/g : separators[separator], '')
    : text;
}

const separators = { '.': /\./g, ',': /,/g, "'": /['’]/g } as const;

const grouped = (separator: string, decimal: string): RegExp =>
  new RegExp(`^[-+]?\\d{1,3}(?:${separator}\\d{3})+(?:${decimal}\\d*)?$`);

/** Blanks are of any kind: French and Portuguese numbers have narrow ones. */
const forms: Readonly<Record<Thousands, RegExp>> = Object.freeze({
  '.': grouped('\\.', ','),
  ',': grouped(',', '\\.'),
  ' ': grouped('[ \\u00a0\\u202f]', '[.,]'),
  "'": grouped("['’]", '[.,]'),
});
