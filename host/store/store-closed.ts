/** The database is open no more: of what was asked nothing was read or written. */
export class StoreClosed extends Error {
  constructor() {
    super('the database is closed: the host ends, or opens it again; ask once it is open');
    this.name = 'StoreClosed';
  }
}
