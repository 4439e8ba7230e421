import type { Access } from './access.ts';
import type { Accounts } from './accounts.ts';
import { BearerSecrets, type KeptSecret } from './bearer-secrets.ts';
import { isAtLeast, type Role, roleAt } from './roles.ts';
import type { Tables } from './tables.ts';

const mostOfUser = 100;

/** Who may let strangers look at a site; a link whose maker is less there now is worthless. */
export const sharingRole: Role = 'operator';

/** What a link shows. */
export interface ShareGrant {
  readonly name: string;
  readonly site: string;
  /** The hash of the page's address. */
  readonly view: string;
  /** Keys `gateway.meter`; null: all of the site. */
  readonly meters: readonly string[] | null;
}

export type KeptShare = KeptSecret<ShareGrant>;

/** Links that show a view to whoever has them. The secret of a link is also what its browsers keep as their session. */
export class Shares {
  readonly secrets: BearerSecrets<ShareGrant>;
  readonly #accounts: Accounts;

  private constructor(secrets: BearerSecrets<ShareGrant>, accounts: Accounts) {
    this.secrets = secrets;
    this.#accounts = accounts;
  }

  /** Makes the table where it is missing; links end with the account of their maker. @throws Error of the store */
  static async open(tables: Tables, accounts: Accounts, nowMs: () => number): Promise<Shares> {
    const secrets = await BearerSecrets.open({
      tables,
      nowMs,
      table: 'share_link',
      prefix: sharePrefix,
      mostOfUser,
      bodyOf: grantOf,
    });
    for (const { id, user } of secrets.list())
      if (accounts.find(user) === undefined) await secrets.remove(id);
    const shares = new Shares(secrets, accounts);
    // A person who gets a right back does not get back who may look.
    accounts.onChange(user => void secrets.removeOf(user, share => shares.isGood(share)).catch(() => {}));
    return shares;
  }

  /** What a link lets its holder see; undefined where it is none, has ended, or its maker may share that site no more. */
  check(text: string): { readonly share: KeptShare; readonly access: Access } | undefined {
    const share = this.secrets.find(text);
    if (share === undefined || !this.isGood(share)) return undefined;
    this.secrets.used(share);
    return { share, access: accessOf(share) };
  }

  /** What a link that was good before shows now; undefined where it has ended. */
  accessNow(id: string): Access | undefined {
    const share = this.secrets.get(id);
    return share !== undefined && this.isGood(share) ? accessOf(share) : undefined;
  }

  /** Whether it has not ended and its maker may still share that site. */
  isGood(share: KeptShare): boolean {
    const role = roleAt(this.#accounts.rolesOf(share.user), share.body.site);
    return this.secrets.isOpen(share) && isAtLeast(role, sharingRole);
  }
}

const accessOf = ({ id, user, body: { site, meters } }: KeptShare): Access => ({
  kind: 'share',
  user,
  id,
  roles: { [site]: 'viewer' },
  meters: meters === null ? null : new Set(meters),
});

const sharePrefix = 'jgs_';

/** Whether what a browser keeps as its session is a link's secret. */
export const isShareSecret = (text: string): boolean => text.startsWith(sharePrefix);

function grantOf(kept: unknown): ShareGrant {
  const { name = '', site = '', view = '', meters = [] }: Record<string, unknown> = { ...Object(kept) };
  return {
    name: String(name),
    site: String(site),
    view: String(view),
    meters: meters === null ? null : Array.isArray(meters) ? meters.map(String) : [],
  };
}
