import { fail, ok, type Result } from '../result.ts';
import { type Certificate, type CertificateError, readCertificate } from './certificate.ts';

export type TrustError =
  | CertificateError
  | 'trust.authority'
  | 'trust.signature'
  | 'trust.date'
  | 'trust.host'
  | 'trust.kind';

export interface TrustQuestion {
  /** The server's certificate as it came, in DER. */
  readonly server: Uint8Array;
  /** The one authority that is believed, in DER. */
  readonly authority: Uint8Array;
  /** The name or address that was asked for. */
  readonly host: string;
  /** UTC. */
  readonly nowMs: number;
  /** Whether the signature (r and s, 64 bytes) over the message is of that key, by ECDSA P-256 with SHA-256. */
  readonly verify: (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;
}

/**
 * Whether a server is the host: its certificate is signed by the authority itself, holds now, and is for the name that
 * was asked for. There is nothing between the two, so no chain is followed. Gives the server's certificate.
 */
export function judgeServer(question: TrustQuestion): Result<Certificate, TrustError> {
  const { host, nowMs, verify } = question;
  const authority = readCertificate(question.authority);
  if (!authority.ok) return authority;
  if (!authority.value.isAuthority)
    return fail('trust.authority', 'what was given as authority may sign no certificates');
  const read = readCertificate(question.server);
  if (!read.ok) return read;
  const server = read.value;
  if (server.isAuthority) return fail('trust.kind', 'the host shows an authority’s certificate as its own');
  if (!server.isForServers) return fail('trust.kind', 'the host’s certificate is not one for a server');
  // The quick questions first: a signature takes a device a good part of a second.
  for (const [whose, { fromMs, untilMs }] of [
    ['the host’s', server],
    ['the authority’s', authority.value],
  ] as const) {
    if (nowMs >= fromMs && nowMs <= untilMs) continue;
    return fail(
      'trust.date',
      `${whose} certificate holds from ${dayOf(fromMs)} to ${dayOf(untilMs)}, and it is ${dayOf(nowMs)}`,
    );
  }
  if (!server.hosts.includes(host.toLowerCase())) {
    return fail('trust.host', `the host's certificate is for ${server.hosts.join(', ')}, not for ${host}`);
  }
  if (!verify(authority.value.publicKey, server.signed, server.signature)) {
    return fail('trust.signature', 'the host is not the one that this gateway was paired with');
  }
  return ok(server);
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
