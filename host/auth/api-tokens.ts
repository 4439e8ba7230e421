import type { TokenScope } from '../api/contract.ts';
import type { Access } from './access.ts';
import type { Accounts } from './accounts.ts';
import { BearerSecrets, type KeptSecret } from './bearer-secrets.ts';
import { everySite, isAtLeast, type Role, roleAt, type SiteRoles } from './roles.ts';
import type { Tables } from './tables.ts';

/** Programs of one person. */
const mostOfUser = 50;

/** What a token is good for. */
export interface TokenGrant {
  readonly name: string;
  readonly scopes: readonly TokenScope[];
  /** `*`: every site that its owner sees. */
  readonly sites: readonly string[];
}

export type KeptToken = KeptSecret<TokenGrant>;

export type TokenOutcome =
  | { readonly state: 'right'; readonly access: Access; readonly mayScrape: boolean }
  | { readonly state: 'unknown' | 'expired' };

const roleOfScope = {
  read: 'viewer',
  operate: 'operator',
  manage: 'admin',
  metrics: undefined,
  ingest: undefined,
} as const;

/** What lets programs in, each in the name of who made it, and never for more than that person may at the moment. */
export class ApiTokens {
  readonly secrets: BearerSecrets<TokenGrant>;
  readonly #accounts: Accounts;

  private constructor(secrets: BearerSecrets<TokenGrant>, accounts: Accounts) {
    this.secrets = secrets;
    this.#accounts = accounts;
  }

  /** Makes the table where it is missing; tokens end with the account of their owner. @throws Error of the store */
  static async open(tables: Tables, accounts: Accounts, nowMs: () => number): Promise<ApiTokens> {
    const secrets = await BearerSecrets.open({
      tables,
      nowMs,
      table: 'api_token',
      prefix: 'jg_',
      mostOfUser,
      bodyOf: grantOf,
    });
    for (const { id, user } of secrets.list())
      if (accounts.find(user) === undefined) await secrets.remove(id);
    accounts.onChange(user => {
      if (accounts.find(user) === undefined) secrets.removeOf(user).catch(() => {});
    });
    return new ApiTokens(secrets, accounts);
  }

  /** What a token that a program brings lets it do. */
  check(text: string): TokenOutcome {
    const kept = this.secrets.find(text);
    if (kept === undefined || this.#accounts.find(kept.user) === undefined) return { state: 'unknown' };
    if (!this.secrets.isOpen(kept)) return { state: 'expired' };
    this.secrets.used(kept);
    const ofOwner = this.#accounts.rolesOf(kept.user);
    const mayScrape = kept.body.scopes.includes('metrics') && roleAt(ofOwner, everySite) !== undefined;
    return { state: 'right', access: this.#accessOf(kept), mayScrape };
  }

  /** What a token that was right before lets its program do now; undefined where it has ended. */
  accessNow(id: string): Access | undefined {
    const kept = this.secrets.get(id);
    return kept !== undefined && this.secrets.isOpen(kept) ? this.#accessOf(kept) : undefined;
  }

  #accessOf({ id, user, body }: KeptToken): Access {
    const ofOwner = this.#accounts.rolesOf(user);
    const access = { kind: 'token', user, id, roles: rolesWithin(body, ofOwner), meters: null } as const;
    const sendsTo = sitesSentTo(body, ofOwner);
    return sendsTo.length === 0 ? access : { ...access, sendsTo };
  }
}

/** The roles of a token: of its scopes, where it is for the site, and at most those that its owner has there now. */
export function rolesWithin({ scopes, sites }: TokenGrant, ofOwner: SiteRoles): SiteRoles {
  const wanted = scopes.reduce<Role | undefined>((most, scope) => {
    const role = roleOfScope[scope];
    return role !== undefined && (most === undefined || isAtLeast(role, most)) ? role : most;
  }, undefined);
  if (wanted === undefined) return {};
  const places = sites.includes(everySite) ? [...sites, ...Object.keys(ofOwner)] : sites;
  const given = places.flatMap(site => {
    const own = roleAt(ofOwner, site);
    return own === undefined ? [] : [[site, isAtLeast(own, wanted) ? wanted : own] as const];
  });
  return Object.fromEntries(given);
}

/** Sites that a token may send readings to: those of it whose admin its owner is now. */
export function sitesSentTo({ scopes, sites }: TokenGrant, ofOwner: SiteRoles): readonly string[] {
  if (!scopes.includes('ingest')) return [];
  const places = sites.includes(everySite) ? [...sites, ...Object.keys(ofOwner)] : sites;
  return [...new Set(places)].filter(site => isAtLeast(roleAt(ofOwner, site), 'admin'));
}

/** A grant as it was written; what is no scope gives no right. */
function grantOf(kept: unknown): TokenGrant {
  const { name = '', scopes = [], sites = [] }: Record<string, unknown> = { ...Object(kept) };
  const known = Object.keys(roleOfScope) as TokenScope[];
  return {
    name: String(name),
    scopes: known.filter(scope => Array.isArray(scopes) && scopes.includes(scope)),
    sites: Array.isArray(sites) ? sites.map(String) : [],
  };
}
