import type { Role, SiteRoles } from './roles.ts';

/** Who asks, and what they may. One for each session, token or link; it does not change while a request runs. */
export interface Access {
  /** account: a person with a session. token: a program of a person's. share: whoever has a link. host: its own command. */
  readonly kind: 'account' | 'token' | 'share' | 'host';
  /** Of the account, or of the token's owner; of a link the account that made it. What the audit log names. */
  readonly user: string;
  /** Of the session, the token or the link. */
  readonly id: string;
  readonly roles: SiteRoles;
  /** Keys `gateway.meter` of what a link shows; null: all of its site. */
  readonly meters: ReadonlySet<string> | null;
  /** Of a token that sends readings: the sites, or `*`, whose connectors it may send them to. */
  readonly sendsTo?: readonly string[];
}

/** What a route asks of who comes; a route that says nothing is closed to everybody. */
export type RouteAccess =
  /** Anybody. At most five routes, in one list that a test holds against. */
  | 'public'
  /** Whoever brings the key that the address itself holds, as links to images do. */
  | 'key'
  /** Whoever is signed in or brings a token, about nothing of any site: profiles, the documentation. */
  | 'known'
  /** A person with a session, about themself: no token, no link. */
  | 'account'
  /** A token that sends readings, to the connectors of its sites. */
  | 'sender'
  /** Whoever has that role at every site. */
  | { readonly role: Role; readonly of: 'host' }
  /** Whoever has that role at one site at least; the handler tells of what is visible alone. */
  | { readonly role: Role; readonly of: 'visible' }
  /**
   * Whoever has that role at the site of what the request names: sites, gateways, meters `gateway.meter` or series
   * `gateway.meter.quantity`, one or with commas or in an array. What is of another's site is answered like what is not there.
   */
  | { readonly role: Role; readonly of: 'site' | 'gateway' | 'meter' | 'series'; readonly in: RequestPlace };

/** Where in a request the ids stand, such as `params.id` or `query.series`. */
export type RequestPlace = `${'params' | 'query' | 'body'}.${string}`;
