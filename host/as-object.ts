/** What may be asked for fields: the value itself where it is an object, else one without any. */
export const asObject = (value: unknown): object =>
  typeof value === 'object' && value !== null ? value : {};
