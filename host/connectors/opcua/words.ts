import type { Reason } from '#core/wire/reasons.ts';
import { type Fault, FaultError, fault } from '../../faults/fault.ts';
import type { FaultCode } from '../../faults/kinds.ts';
import { connectionFault, saidBy } from '../../faults/of-connection.ts';

/** Why a node gives no value, as a code of faults. */
export type NodeCode = Extract<FaultCode, `opcua.node.${string}`>;

/** What a node's status means (OPC 10000-4, 7.39.2). */
const nodeStatus: Readonly<Record<string, NodeCode>> = Object.freeze({
  BadNodeIdUnknown: 'opcua.node.unknown',
  BadNodeIdInvalid: 'opcua.node.id',
  BadAttributeIdInvalid: 'opcua.node.noVariable',
  BadNotReadable: 'opcua.node.unreadable',
  BadUserAccessDenied: 'opcua.node.access',
  BadNoCommunication: 'opcua.node.noCommunication',
  BadNotConnected: 'opcua.node.notConnected',
  BadWaitingForInitialData: 'opcua.node.waiting',
  BadOutOfService: 'opcua.node.off',
  BadSensorFailure: 'opcua.node.sensor',
  BadDeviceFailure: 'opcua.node.device',
  BadOutOfRange: 'opcua.node.range',
  UncertainLastUsableValue: 'opcua.node.last',
  UncertainInitialValue: 'opcua.node.initial',
  UncertainSubstituteValue: 'opcua.node.substitute',
  UncertainSensorNotAccurate: 'opcua.node.inaccurate',
});

export const nodeCodeOf = (status: string): NodeCode =>
  Object.hasOwn(nodeStatus, status) ? (nodeStatus[status] ?? 'opcua.node.status') : 'opcua.node.status';

/** Why a server cannot be used, and as the ledger names it. */
export class ServerFault extends FaultError {
  readonly reason: Reason;

  constructor(told: Fault, reason: Reason = 'notConfigured') {
    super(told);
    this.reason = reason;
  }
}

/** What was being done when it went wrong. */
export type Step = 'reach' | 'secure' | 'login' | 'subscribe';

interface Rule {
  readonly form: RegExp;
  readonly steps?: readonly Step[];
  readonly means: (place: string, our: string) => Fault;
  readonly reason: Reason;
}

/** The first that fits counts. `our` is the fingerprint of the client's own certificate. */
const rules: readonly Rule[] = [
  {
    form: /BadTcpEndpointUrlInvalid|BadServerUriInvalid/,
    means: place => fault('opcua.path', { place }),
    reason: 'notConfigured',
  },
  {
    form: /BadIdentityTokenRejected|BadIdentityTokenInvalid|BadUserAccessDenied|BadUserSignatureInvalid/,
    means: () => fault('opcua.login', {}),
    reason: 'notConfigured',
  },
  {
    form: /BadTooManySessions/,
    means: () => fault('opcua.sessions', {}),
    reason: 'notConfigured',
  },
  {
    form: /BadCertificateTimeInvalid/,
    means: () => fault('opcua.time', {}),
    reason: 'notConfigured',
  },
  {
    form: /BadSecurity(Policy|Mode)Rejected|Unsupported security Policy/i,
    means: () => fault('opcua.securityRefused', {}),
    reason: 'notConfigured',
  },
  {
    form: /BadCertificate|BadSecurityChecksFailed|BadApplicationSignature|third party|socket has been|closed|ECONNRESET/i,
    steps: ['secure'],
    means: (_place, our) => fault('opcua.ownCertificate', { sha1: our }),
    reason: 'notConfigured',
  },
  {
    form: /hadError ?true|BadTcpMessageTypeInvalid|invalid message/i,
    steps: ['reach'],
    means: place => fault('opcua.other', { place }),
    reason: 'notConfigured',
  },
  {
    form: /Timeout\(A\)/,
    means: place => fault('opcua.mute', { place }),
    reason: 'timeout',
  },
  {
    form: /timed? ?out|EHOSTDOWN/i,
    means: place => fault('opcua.unanswered', { place }),
    reason: 'timeout',
  },
  {
    form: /third party|socket|ECONNRESET|EPIPE|BadConnectionClosed|closed|disconnect/i,
    steps: ['reach'],
    means: place => fault('opcua.ended', { place }),
    reason: 'timeout',
  },
  {
    form: /BadServerHalted|BadShutdown|BadServerTooBusy/,
    means: () => fault('opcua.busy', {}),
    reason: 'timeout',
  },
  {
    form: /BadTooManySubscriptions|BadTooManyMonitoredItems/,
    means: () => fault('opcua.subscriptions', {}),
    reason: 'notConfigured',
  },
  {
    form: /third party|socket|ECONNRESET|EPIPE|BadConnectionClosed|closed|disconnect/i,
    means: place => fault('opcua.broken', { place }),
    reason: 'timeout',
  },
];

const mostCharacters = 200;

/** An error as a fault of the server. `our`: SHA-1 of the client's own certificate. */
export function serverFaultOf(error: unknown, step: Step, url: string, our: string): ServerFault {
  if (error instanceof ServerFault) return error;
  const said = error instanceof Error ? saidBy(error) : String(error);
  const place = placeOf(url);
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/.test(said)) {
    const { hostname: host, port } = new URL(url);
    return new ServerFault(connectionFault(said, { host, port, listener: 'opcua' }), 'timeout');
  }
  const rule = rules.find(({ form, steps }) => form.test(said) && (steps?.includes(step) ?? true));
  if (rule !== undefined) return new ServerFault(rule.means(place, our), rule.reason);
  const line = said.replace(/\s+/g, ' ').trim().slice(0, mostCharacters);
  const message = `the server at ${place} cannot be used: ${line}`;
  return new ServerFault(fault('opcua.unusable', { place, said: line }, message));
}

const placeOf = (url: string): string => url.replace(/^opc\.tcp:\/\//, '').replace(/\/$/, '');
