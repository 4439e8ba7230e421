/** A database that cannot be read, or not as it was asked. `field` is that of the order, where it is at fault. */
export class SqliteError extends Error {
  readonly field: string;

  constructor(message: string, field = 'file') {
    super(message);
    this.name = 'SqliteError';
    this.field = field;
  }
}
