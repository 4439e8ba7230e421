import type { LabOption, LabValue } from '../../simulator/control/contract.ts';

/** What a field of an option shows at first. */
export function textOf(option: LabOption): string {
  if (option.takes === 'nothing' || option.takes === 'integers') return '';
  return option.unless === null ? '' : String(option.unless);
}

/** The value that a field's text means; undefined where it means none that the option takes. */
export function readValue(option: LabOption, text: string): LabValue | undefined {
  const trimmed = text.trim();
  switch (option.takes) {
    case 'nothing':
      return trimmed === 'true';
    case 'text':
      return trimmed === '' ? null : trimmed;
    case 'integers': {
      if (trimmed === '') return [];
      const numbers = trimmed.split(/[\s,;]+/).map(part => numberOf(part, option, true));
      return numbers.every(number => number !== undefined) ? numbers : undefined;
    }
    default:
      return trimmed === '' ? null : numberOf(trimmed, option, option.takes === 'integer');
  }
}

function numberOf(
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
  isWhole: boolean,
): number | undefined {
  // A comma is what many languages write.
  const number = Number(text.replace(',', '.'));
  return number >= min && number <= max && (!isWhole || Number.isInteger(number)) ? number : undefined;
}
