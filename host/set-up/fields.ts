/** Languages of the words that a kind brings with it; those of the page. */
export const languages = Object.freeze(['en', 'de', 'pt'] as const);
export type Language = (typeof languages)[number];
export type Words = Readonly<Record<Language, string>>;

/** One thing that a person fills in; `name` is its field in the settings. The page makes its form of these. */
export interface Field {
  readonly name: string;
  readonly label: Words;
  readonly hint?: Words;
  /** `secret` is never shown again, and stays as it was where it is left empty and the place is the same. `rows` is a list of objects. */
  readonly kind: 'text' | 'number' | 'switch' | 'choice' | 'secret' | 'rows' | 'profile' | 'quantity';
  readonly isOptional?: boolean;
  /** It says whom secrets are given for: the server, who logs in, what the server is known by. They go nowhere else. */
  readonly isPlace?: true;
  readonly unit?: string;
  readonly choices?: readonly { readonly value: string; readonly label: Words }[];
  readonly columns?: readonly Field[];
}
