import { createPrivateKey } from 'node:crypto';
import type { ClientSession, OPCUAClient, OPCUAClientOptions, UserIdentityInfo } from 'node-opcua-client';
import { type ChosenEndpoint, chooseEndpoint, digestOf } from './endpoints.ts';
import { type Library, loaded } from './library.ts';
import type { ServerAccess } from './messages.ts';
import { reach } from './reach.ts';
import { within } from './within.ts';
import { type Step, serverFaultOf } from './words.ts';

export interface Connection {
  readonly library: Library;
  readonly client: OPCUAClient;
  readonly session: ClientSession;
  /** Takes leave of the server, for so long as that takes at most; never throws. */
  close(): Promise<void>;
}

const requestMs = 8000;
const closeMs = 2000;
/** A browse of fifty nodes is a hundredth of it. Whoever sends more is hung up on. */
const mostReceived = Object.freeze({ maxMessageSize: 4 * 1024 * 1024, maxChunkCount: 256 });
const sessionMs = 60_000;

/**
 * A session with the server, as the settings want it: looks whether anybody is there before the library is loaded, asks what ways in
 * it has, chooses one, looks whether the server is the one that is trusted, and logs in. Tried once. @throws ServerFault in words
 * for people
 */
export async function connect(access: ServerAccess, signal: AbortSignal): Promise<Connection> {
  await step('reach', access, signal, reach(access.url, signal));
  const library = await loaded();
  const chosen = await chosenEndpoint(library, access, signal);
  const client = newClient(library, access, chosen);
  const close = () => ended(client);
  try {
    await step('secure', access, signal, client.connect(access.url));
    const session = await step('login', access, signal, client.createSession(identityOf(library, access)));
    return {
      library,
      client,
      session,
      close: async () => {
        await within(closeMs, session.close(true)).catch(() => {});
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function chosenEndpoint(
  library: Library,
  access: ServerAccess,
  signal: AbortSignal,
): Promise<ChosenEndpoint> {
  const client = newClient(library, access);
  try {
    await step('reach', access, signal, client.connect(access.url));
    const endpoints = await step('reach', access, signal, client.getEndpoints({ endpointUrl: access.url }));
    return chooseEndpoint(endpoints, access);
  } finally {
    await ended(client);
  }
}

/** Without an endpoint one that only asks for them. It keeps nothing on disk: keys and trust come from here. */
function newClient(library: Library, { client }: ServerAccess, chosen?: ChosenEndpoint): OPCUAClient {
  const der = Buffer.from(client.certificate, 'base64');
  const options: OPCUAClientOptions = {
    applicationName: 'Joulegate',
    applicationUri: client.applicationUri,
    clientName: 'Joulegate',
    endpointMustExist: false,
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    transportTimeout: requestMs,
    transportSettings: mostReceived,
    defaultTransactionTimeout: requestMs,
    requestedSessionTimeout: sessionMs,
    certificateKeyPairProvider: {
      getCertificate: () => der,
      getCertificateChain: () => [der],
      getPrivateKey: () => ({ hidden: createPrivateKey(client.key) }),
    },
    clientCertificateManager: trustOnly(library, chosen?.certificate),
    ...(chosen !== undefined && { securityMode: chosen.mode, securityPolicy: chosen.policy }),
    ...(chosen?.certificate !== undefined && { serverCertificate: chosen.certificate }),
  };
  return library.OPCUAClient.create(options);
}

type Store = Exclude<OPCUAClientOptions['clientCertificateManager'], undefined>;

/** Trusts this one certificate, which a person has confirmed. */
function trustOnly({ StatusCodes }: Library, trusted: Buffer | undefined): Store {
  const isTrusted = (shown: Buffer | Buffer[]) => {
    const [first] = Array.isArray(shown) ? shown : [shown];
    return trusted !== undefined && first?.subarray(0, trusted.length).equals(trusted) === true;
  };
  const check = async (shown: Buffer | Buffer[]) =>
    isTrusted(shown) ? StatusCodes.Good : StatusCodes.BadCertificateUntrusted;
  return {
    referenceCounter: 0,
    initialize: async () => {},
    dispose: async () => {},
    checkCertificate: check,
    getTrustStatus: check,
    verifyCertificate: async (shown: Buffer | Buffer[]) =>
      isTrusted(shown) ? 'Good' : 'BadCertificateUntrusted',
    trustCertificate: async () => {},
    rejectCertificate: async () => {},
    addIssuer: async () => {},
    addRevocationList: async () => {},
  } as Store;
}

function identityOf({ UserTokenType }: Library, { login, client }: ServerAccess): UserIdentityInfo {
  if (login.kind === 'anonymous') return { type: UserTokenType.Anonymous };
  if (login.kind === 'user')
    return { type: UserTokenType.UserName, userName: login.user, password: login.password };
  return {
    type: UserTokenType.Certificate,
    certificateData: Buffer.from(client.certificate, 'base64'),
    privateKey: client.key,
  };
}

const ended = (client: OPCUAClient): Promise<void> => within(closeMs, client.disconnect()).catch(() => {});

async function step<T>(
  name: Step,
  { url, client }: ServerAccess,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T> {
  try {
    return await within(2 * requestMs, work, signal);
  } catch (error) {
    throw serverFaultOf(error, name, url, digestOf(Buffer.from(client.certificate, 'base64'), 'sha1'));
  }
}
