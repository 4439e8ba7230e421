import { createHash } from 'node:crypto';
import type { EndpointDescription } from 'node-opcua-client';
import { type Fault, fault } from '../../faults/fault.ts';
import { type FaultCode, factJoint } from '../../faults/kinds.ts';
import type { Login, Security, ServerAccess } from './messages.ts';
import { ServerFault } from './words.ts';

/**
 * Security policies, the strongest first (OPC 10000-7). What is not here was withdrawn: Basic128Rsa15 and Basic256 rest on
 * SHA-1.
 */
const policies = ['Aes256_Sha256_RsaPss', 'Basic256Sha256', 'Aes128_Sha256_RsaOaep'] as const;
const policyPrefix = 'http://opcfoundation.org/UA/SecurityPolicy#';
/** MessageSecurityMode (OPC 10000-4, 7.20). */
const modes: Readonly<Record<Security, number>> = Object.freeze({ none: 1, sign: 2, encrypt: 3 });
/** UserTokenType (OPC 10000-4, 7.42). */
const tokens: Readonly<Record<Login['kind'], number>> = Object.freeze({
  anonymous: 0,
  user: 1,
  certificate: 2,
});
/** As facts of faults. */
const securityCode = (security: Security): FaultCode => `opcua.security.${security}`;
const loginCode = (login: Login['kind']): FaultCode => `opcua.login.${login}`;
const listed = (codes: readonly FaultCode[]): string =>
  codes.join(factJoint) || ('opcua.unknown' satisfies FaultCode);

/** What a client is told of an endpoint, and this looks at. */
export type Endpoint = Pick<
  EndpointDescription,
  'securityMode' | 'securityPolicyUri' | 'serverCertificate' | 'userIdentityTokens'
>;

export interface ChosenEndpoint {
  /** The policy's URI. */
  readonly policy: string;
  readonly mode: number;
  /** DER of the server's own certificate, where messages are secured. */
  readonly certificate: Buffer | undefined;
}

/** The way in that fits the settings. @throws ServerFault where there is none, or the server is not trusted yet */
export function chooseEndpoint(
  endpoints: readonly Endpoint[],
  { security, login, fingerprint }: Pick<ServerAccess, 'security' | 'login' | 'fingerprint'>,
): ChosenEndpoint {
  const ofMode = endpoints.filter(({ securityMode }) => Number(securityMode) === modes[security]);
  const known = ofMode.filter(endpoint => security === 'none' || rankOf(endpoint) >= 0);
  if (known.length === 0) throw new ServerFault(refusedSecurity(endpoints, ofMode, security));
  const taking = known.filter(({ userIdentityTokens }) =>
    (userIdentityTokens ?? []).some(({ tokenType }) => Number(tokenType) === tokens[login.kind]),
  );
  const [best] = taking.sort((a, b) => rankOf(a) - rankOf(b));
  if (best === undefined) throw new ServerFault(refusedLogin(known, login));
  if (login.kind === 'user' && security !== 'encrypt' && isReadable(best)) {
    const better = betterFor(endpoints, login);
    if (better !== undefined)
      throw new ServerFault(
        fault('opcua.readable', { wanted: securityCode(security), better: securityCode(better) }),
      );
  }
  const policy = best.securityPolicyUri ?? `${policyPrefix}None`;
  if (security === 'none') return { policy, mode: modes.none, certificate: undefined };
  return { policy, mode: modes[security], certificate: trusted(best.serverCertificate, fingerprint) };
}

const rankOf = ({ securityPolicyUri }: Endpoint): number =>
  policies.findIndex(policy => securityPolicyUri === policyPrefix + policy);

/**
 * Whether a password goes to the server as it is: by the policy of its first token for it, which the library takes; where that
 * names none, by the endpoint's own (OPC 10000-4, 7.42). Without a certificate there is nothing to hide it with.
 */
function isReadable({ userIdentityTokens, securityPolicyUri, serverCertificate }: Endpoint): boolean {
  const token = (userIdentityTokens ?? []).find(({ tokenType }) => Number(tokenType) === tokens.user);
  const policy = token?.securityPolicyUri || securityPolicyUri || `${policyPrefix}None`;
  return policy === `${policyPrefix}None` || (serverCertificate?.length ?? 0) === 0;
}

/** The security with which the server takes the same login and hides a password, if there is one. */
const betterFor = (endpoints: readonly Endpoint[], login: Login): Security | undefined =>
  (['encrypt', 'sign'] as const).find(security =>
    endpoints.some(
      endpoint =>
        Number(endpoint.securityMode) === modes[security] &&
        rankOf(endpoint) >= 0 &&
        (security === 'encrypt' || !isReadable(endpoint)) &&
        (endpoint.userIdentityTokens ?? []).some(({ tokenType }) => Number(tokenType) === tokens[login.kind]),
    ),
  );

function refusedSecurity(
  endpoints: readonly Endpoint[],
  ofMode: readonly Endpoint[],
  security: Security,
): Fault {
  const old = ofMode.map(({ securityPolicyUri }) => securityPolicyUri?.replace(policyPrefix, '') ?? '?');
  if (old.length > 0)
    return fault('opcua.oldPolicies', { offered: [...new Set(old)].join(', '), safe: policies.join(', ') });
  const offered = (Object.keys(modes) as Security[]).filter(each =>
    endpoints.some(({ securityMode }) => Number(securityMode) === modes[each]),
  );
  return fault('opcua.security', {
    wanted: securityCode(security),
    offered: listed(offered.map(securityCode)),
  });
}

function refusedLogin(endpoints: readonly Endpoint[], login: Login): Fault {
  const kinds = (Object.keys(tokens) as Login['kind'][]).filter(kind =>
    endpoints.some(({ userIdentityTokens }) =>
      (userIdentityTokens ?? []).some(({ tokenType }) => Number(tokenType) === tokens[kind]),
    ),
  );
  return fault('opcua.loginKind', { wanted: loginCode(login.kind), offered: listed(kinds.map(loginCode)) });
}

function trusted(shown: Buffer | null | undefined, fingerprint: string | undefined): Buffer {
  if (shown === null || shown === undefined || shown.length === 0)
    throw new ServerFault(fault('opcua.noCertificate', {}));
  const certificate = firstOf(shown);
  const sha256 = digestOf(certificate, 'sha256');
  if (sha256 === fingerprint) return certificate;
  const shownIs = { sha256, sha1: digestOf(certificate, 'sha1') };
  throw new ServerFault(
    fault(fingerprint === undefined ? 'opcua.notTrusted' : 'opcua.otherCertificate', shownIs),
  );
}

/** A server may show a chain, its own certificate first (OPC 10000-6, 6.2.6): the length of the first tells where it ends. */
function firstOf(chain: Buffer): Buffer {
  const form = chain[1] ?? 0;
  if (chain[0] !== 0x30 || form < 0x80) return chain;
  const count = form & 0x7f;
  if (count < 1 || count > 4 || chain.length < 2 + count) return chain;
  return chain.subarray(0, 2 + count + chain.readUIntBE(2, count));
}

export const digestOf = (certificate: Uint8Array, by: 'sha1' | 'sha256'): string =>
  createHash(by).update(certificate).digest('hex');
