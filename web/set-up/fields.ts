import type { ConnectorKind } from '../../host/api/contract.ts';

/** What a person fills in, as a kind of source or channel asks for it. */
export interface FormField {
  readonly name: string;
  readonly label: FieldWords;
  readonly hint?: FieldWords;
  /** `text`, `number`, `switch`, `choice`, `secret`, `rows`, `profile` or `quantity`; what is none of these is a text. */
  readonly kind: string;
  readonly isOptional: boolean;
  readonly unit?: string;
  readonly choices: readonly { readonly value: string; readonly label: FieldWords }[];
  /** Of `rows`. */
  readonly columns: readonly FormField[];
}

/** Those of the page; its own list knows browsers, and this is read where there is none. */
const languages = ['en', 'de', 'pt'] as const;

/** In each language of the page. */
export type FieldWords = Readonly<Record<(typeof languages)[number], string>>;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const isWords = (value: unknown): value is FieldWords =>
  isObject(value) && languages.every(language => typeof value[language] === 'string');

/** The fields of a kind. The host sends those of rows without a schema; what has no name and label is left out. */
export const fieldsOf = ({ fields }: Pick<ConnectorKind, 'fields'>): readonly FormField[] =>
  fields.flatMap(fieldOf);

function fieldOf(given: unknown): FormField[] {
  if (!isObject(given)) return [];
  const { name, label, hint, kind, isOptional, unit, choices, columns } = given;
  if (typeof name !== 'string' || typeof kind !== 'string' || !isWords(label)) return [];
  return [
    {
      name,
      label,
      kind,
      isOptional: isOptional === true,
      ...(isWords(hint) && { hint }),
      ...(typeof unit === 'string' && { unit }),
      choices: Array.isArray(choices) ? choices.filter(isChoice) : [],
      columns: Array.isArray(columns) ? columns.flatMap(fieldOf) : [],
    },
  ];
}

const isChoice = (value: unknown): value is FormField['choices'][number] =>
  isObject(value) && typeof value.value === 'string' && isWords(value.label);
