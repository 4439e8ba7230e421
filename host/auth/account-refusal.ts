/** Why an account cannot be changed as wanted; the API has a text for each. */
export type AccountRefusalCode =
  | 'account.unknown'
  | 'account.exists'
  | 'account.lastAdmin'
  | 'account.tooMany';

export class AccountRefusal extends Error {
  readonly code: AccountRefusalCode;
  readonly user: string;

  constructor(code: AccountRefusalCode, user: string) {
    super(`${code}: ${user}`);
    this.name = 'AccountRefusal';
    this.code = code;
    this.user = user;
  }
}
