import type { Reason } from '#core/wire/reasons.ts';
import { connectionWords, saidBy } from '../connection-words.ts';

/** What a node's status means, in words for people (OPC 10000-4, 7.39.2). */
const nodeStatus: Readonly<Record<string, string>> = Object.freeze({
  BadNodeIdUnknown:
    'there is no such node; see the node id, and whether its ns= is the same since the server was set up anew',
  BadNodeIdInvalid: 'the server does not take this node id',
  BadAttributeIdInvalid: 'this node is no variable and has no value',
  BadNotReadable: 'the server does not let it be read',
  BadUserAccessDenied: 'this login may not read it',
  BadNoCommunication: 'the server does not reach the device behind it',
  BadNotConnected: 'the server is not connected to the device behind it',
  BadWaitingForInitialData: 'the server has no value yet',
  BadOutOfService: 'it is switched off at the server',
  BadSensorFailure: 'the server says that the sensor has failed',
  BadDeviceFailure: 'the server says that the device has failed',
  BadOutOfRange: 'the server says that it is out of range',
  UncertainLastUsableValue: 'the server gives an old value, as no newer one came to it',
  UncertainInitialValue: 'the server gives a first value that nobody measured',
  UncertainSubstituteValue: 'the server gives a value that somebody entered by hand',
  UncertainSensorNotAccurate: 'the server says that the sensor is not accurate',
});

export const nodeWords = (status: string): string => {
  const words = nodeStatus[status];
  return words === undefined ? `the server says ${status}` : `${words} (${status})`;
};

/** Why a server cannot be used, in words for people, and as the ledger names it. */
export class ServerFault extends Error {
  readonly reason: Reason;

  constructor(words: string, reason: Reason = 'notConfigured') {
    super(words);
    this.reason = reason;
  }
}

/** What was being done when it went wrong. */
export type Step = 'reach' | 'secure' | 'login' | 'subscribe';

interface Rule {
  readonly form: RegExp;
  readonly steps?: readonly Step[];
  readonly words: (place: string, our: string) => string;
  readonly reason: Reason;
}

/** The first that fits counts. `our` is the fingerprint of the client's own certificate. */
const rules: readonly Rule[] = [
  {
    form: /BadTcpEndpointUrlInvalid|BadServerUriInvalid/,
    words: place => `the server at ${place} does not know this path; give it as the server shows it`,
    reason: 'notConfigured',
  },
  {
    form: /BadIdentityTokenRejected|BadIdentityTokenInvalid|BadUserAccessDenied|BadUserSignatureInvalid/,
    words: () =>
      'the server refuses the login; see user name and password, and whether this user may come there',
    reason: 'notConfigured',
  },
  {
    form: /BadTooManySessions/,
    words: () => 'the server has as many clients as it takes; end another one, or allow more there',
    reason: 'notConfigured',
  },
  {
    form: /BadCertificateTimeInvalid/,
    words: () => 'a certificate is not valid now; see the clocks of this machine and of the server',
    reason: 'notConfigured',
  },
  {
    form: /BadSecurity(Policy|Mode)Rejected|Unsupported security Policy/i,
    words: () => 'the server refuses this kind of security; choose another one, or allow it there',
    reason: 'notConfigured',
  },
  {
    form: /BadCertificate|BadSecurityChecksFailed|BadApplicationSignature|third party|socket has been|closed|ECONNRESET/i,
    steps: ['secure'],
    words: (_place, our) =>
      `the server does not take the certificate of this client; trust it there (most servers put it under "rejected": move it to "trusted"). It is called Joulegate, its SHA-1 is ${our}, and it lies in the data folder as opcua/client.der`,
    reason: 'notConfigured',
  },
  {
    form: /hadError ?true|BadTcpMessageTypeInvalid|invalid message/i,
    steps: ['reach'],
    words: place => `whoever answers at ${place} does not speak OPC UA; see the port (often 4840)`,
    reason: 'notConfigured',
  },
  {
    form: /Timeout\(A\)/,
    words: place =>
      `somebody takes the connection at ${place} and says nothing; see the port (often 4840), and whether the OPC UA server is well`,
    reason: 'timeout',
  },
  {
    form: /timed? ?out|EHOSTDOWN/i,
    words: place => `${place} does not answer; see the address, a firewall between, and whether it is on`,
    reason: 'timeout',
  },
  {
    form: /third party|socket|ECONNRESET|EPIPE|BadConnectionClosed|closed|disconnect/i,
    steps: ['reach'],
    words: place =>
      `somebody answers at ${place} and ends the connection: no OPC UA server listens there, or it takes nobody now; see the port (often 4840)`,
    reason: 'timeout',
  },
  {
    form: /BadServerHalted|BadShutdown|BadServerTooBusy/,
    words: () => 'the server is just starting, ending, or has too much to do',
    reason: 'timeout',
  },
  {
    form: /BadTooManySubscriptions|BadTooManyMonitoredItems/,
    words: () => 'the server takes no more subscriptions; end another client, or read fewer nodes',
    reason: 'notConfigured',
  },
  {
    form: /third party|socket|ECONNRESET|EPIPE|BadConnectionClosed|closed|disconnect/i,
    words: place => `the connection to ${place} broke`,
    reason: 'timeout',
  },
];

const mostCharacters = 200;

/** An error as a fault in words. `our`: SHA-1 of the client's own certificate. */
export function faultOf(error: unknown, step: Step, url: string, our: string): ServerFault {
  if (error instanceof ServerFault) return error;
  const said = error instanceof Error ? saidBy(error) : String(error);
  const place = placeOf(url);
  if (/ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT/.test(said)) {
    const { hostname: host, port } = new URL(url);
    const listener = 'the OPC UA server runs there (often on 4840)';
    return new ServerFault(connectionWords(said, { host, port, listener }), 'timeout');
  }
  const rule = rules.find(({ form, steps }) => form.test(said) && (steps?.includes(step) ?? true));
  if (rule !== undefined) return new ServerFault(rule.words(place, our), rule.reason);
  const line = said.replace(/\s+/g, ' ').trim().slice(0, mostCharacters);
  return new ServerFault(`the server at ${place} cannot be used: ${line}`);
}

const placeOf = (url: string): string => url.replace(/^opc\.tcp:\/\//, '').replace(/\/$/, '');
