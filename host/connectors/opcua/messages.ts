import type { Reason } from '#core/wire/reasons.ts';
import type { Fault } from '../../faults/fault.ts';
import type { NodeCode } from './words.ts';

/** How messages are protected on their way: not, signed, or signed and encrypted. */
export type Security = 'none' | 'sign' | 'encrypt';

/** Who the client is to the server: its application instance certificate (OPC 10000-6, 6.2.2) and the key of it. */
export interface ClientIdentity {
  /** DER as base64. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** As the certificate names it. */
  readonly applicationUri: string;
}

export type Login =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  /** By the certificate that the client has anyway. */
  | { readonly kind: 'certificate' };

/** A server, and how it is spoken to. */
export interface ServerAccess {
  readonly url: string;
  readonly security: Security;
  readonly login: Login;
  /** SHA-256 of the certificate that the server has to show, in small hexadecimal digits; undefined: none is trusted yet. */
  readonly fingerprint: string | undefined;
  readonly client: ClientIdentity;
}

export interface WatchedNode {
  readonly nodeId: string;
  readonly everyMs: number;
}

/** What the thread is asked for. `id` names the work, and comes back with all that is said of it. */
export type Ask =
  | {
      readonly ask: 'watch';
      readonly id: number;
      readonly access: ServerAccess;
      readonly nodes: readonly WatchedNode[];
      /** Values have to bring a time that is so new, s: the server is then asked to tell newer times of the same value. */
      readonly wantsTimes: boolean;
    }
  | { readonly ask: 'browse'; readonly id: number; readonly access: ServerAccess; readonly mostMs: number }
  | { readonly ask: 'stop'; readonly id: number };

/** What a node said: its value, or why it has none. */
export type Change = { readonly node: number } & (
  | {
      readonly value: number;
      /** How old it was by the server's own clock when it was told, ms; undefined where either brings no time. */
      readonly ageMs: number | undefined;
    }
  | { readonly missing: Missing }
);

export interface Missing {
  readonly reason: Reason;
  readonly because: NodeCode;
  /** The status, the type: as OPC UA calls it. */
  readonly told: string;
  /** By which it is counted. */
  readonly kind: 'badStatus' | 'uncertain' | 'wrongType';
}

/** A number that a browse found, and the object that it is a part of. */
export interface FoundVariable {
  readonly nodeId: string;
  readonly name: string;
  readonly value: number;
  readonly unit: FoundUnit | undefined;
}

/** EUInformation (OPC 10000-8, 5.6.3). */
export interface FoundUnit {
  readonly id: number;
  readonly text: string;
}

export interface FoundObject {
  /** Names on the way from the Objects folder. */
  readonly path: readonly string[];
  readonly variables: readonly FoundVariable[];
}

export interface Found {
  readonly objects: readonly FoundObject[];
  /** It was not looked at everything: there was too much, or too little time. */
  readonly isPart: boolean;
}

/** What the thread says. */
export type Said =
  /** The subscription stands; it says something at least so often, ms. */
  | { readonly says: 'up'; readonly id: number; readonly periodMs: number }
  /** It does not stand, and why; it is tried again by itself. */
  | { readonly says: 'down'; readonly id: number; readonly why: Fault; readonly reason: Reason }
  /** What has changed; everything else is as it was. Empty where nothing has. */
  | { readonly says: 'alive'; readonly id: number; readonly changes: readonly Change[] }
  | { readonly says: 'found'; readonly id: number; readonly found: Found }
  /** A browse could not be done. */
  | { readonly says: 'failed'; readonly id: number; readonly why: Fault }
  /** All of it is ended; nothing more is said of it. */
  | { readonly says: 'ended'; readonly id: number };
