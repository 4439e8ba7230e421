/** The file has another shape than the order says: nothing of it can be read. `field` is that of the order. */
export class OrderError extends Error {
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.name = 'OrderError';
    this.field = field;
  }
}
