/** A query that cannot be answered as asked; `field` is the parameter to change. */
export class QueryError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'QueryError';
    this.field = field;
  }
}
