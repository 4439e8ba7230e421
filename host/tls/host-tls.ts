import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.ts';
import { syncFolder, writePrivate } from '../secrets/secret-file.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { type Certified, issueAuthority, issueServer, validFromMs } from './certificate.ts';
import { ownHosts } from './hosts.ts';

export interface HostTlsOptions {
  readonly dataDir: string;
  /** Where the keys are. */
  readonly secrets: Secrets;
  /** Names and addresses beside those that this machine knows of itself. */
  readonly hosts?: readonly string[];
  readonly nowMs: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
}

/** What a server shows by TLS, and when it is another one. */
export interface ServerCredentials {
  readonly credentials: { readonly key: string; readonly cert: string };
  onRenewed(told: () => void): void;
  /** Whether somebody else gave it for a host name, which the host then goes by. */
  readonly isFor?: (name: string) => boolean;
}

const dayMs = 86_400_000;
const authorityMs = 3653 * dayMs;
/** No longer than browsers believe one, and anew with so much left that a host may be off for weeks. */
const serverMs = 397 * dayMs;
const leastLeftMs = 60 * dayMs;
const warnLeftMs = 365 * dayMs;
/** The machine gets another address now and then. */
const lookEveryMs = 3_600_000;

/**
 * The host's own authority, made at the first start and kept for 10 years, and its server's certificate, which is made
 * anew by itself before it ends and where the machine has a name or an address that is not in it. Both lie in
 * `<data>/tls/`, their keys among the host's secrets.
 */
export class HostTls implements ServerCredentials {
  readonly authority: Certified;
  readonly #options: HostTlsOptions;
  readonly #dir: string;
  #server: Certified;
  #looking: NodeJS.Timeout | undefined;
  readonly #told = new Set<() => void>();

  private constructor(options: HostTlsOptions, dir: string, authority: Certified, server: Certified) {
    this.#options = options;
    this.#dir = dir;
    this.authority = authority;
    this.#server = server;
    this.#looking = setInterval(() => void this.renew(), lookEveryMs).unref();
  }

  /** @throws Error that names the file where what is there cannot be used. */
  static async open(options: HostTlsOptions): Promise<HostTls> {
    const dir = join(options.dataDir, 'tls');
    await makeFolder(dir, 0o700);
    const authority = (await load(dir, 'ca', options)) ?? (await newAuthority(dir, options));
    if (!isKeyOf(authority))
      throw new Error(
        `the key in secrets.json does not belong to ${join(dir, 'ca.crt')}; bring back both from one copy`,
      );
    const { validToDate } = datesOf(authority);
    const leftMs = validToDate - options.nowMs();
    if (leftMs < warnLeftMs) {
      const day = new Date(validToDate).toISOString().slice(0, 10);
      options.log('warn', `the host's certificate authority ends on ${day}: see "TLS" in docs/operations.md`);
    }
    const kept = await load(dir, 'server', options);
    const server = isGood(kept, authority, options) ? kept : await newServer(dir, authority, options);
    return new HostTls(options, dir, authority, server);
  }

  /** What a gateway trusts. */
  get caPem(): string {
    return this.authority.certificate;
  }

  get caDer(): Uint8Array {
    return new Uint8Array(new X509Certificate(this.authority.certificate).raw);
  }

  /** Of the server, now; `cert` is the whole chain, as small devices want it. */
  get credentials(): { readonly key: string; readonly cert: string } {
    return { key: this.#server.key, cert: this.#server.certificate + this.authority.certificate };
  }

  /** The server's certificate, anew where it is due. */
  async renew(): Promise<void> {
    const { log } = this.#options;
    if (isGood(this.#server, this.authority, this.#options)) return;
    try {
      this.#server = await newServer(this.#dir, this.authority, this.#options);
      for (const tell of this.#told) tell();
    } catch (error) {
      log('error', `the host's certificate could not be renewed: ${String(error)}`);
    }
  }

  /** Told each time that `credentials` are others. */
  onRenewed(told: () => void): void {
    this.#told.add(told);
  }

  /** By which a person knows the authority: SHA-256 of its DER, in pairs of hexadecimal digits. */
  get caFingerprint(): string {
    return new X509Certificate(this.authority.certificate).fingerprint256;
  }

  close(): void {
    clearInterval(this.#looking);
    this.#looking = undefined;
  }
}

async function newAuthority(dir: string, { secrets, nowMs, log }: HostTlsOptions): Promise<Certified> {
  const path = join(dir, certificateOf.ca);
  if ((await readIn(dir, certificateOf.ca)) !== undefined) {
    // First: a new key beside the old certificate would stop the next start.
    await rename(path, join(dir, 'ca.lost.crt'));
    log(
      'warn',
      `the key of the certificate authority ${path} is lost, so there is a new one: gateways that come by TLS are to be paired anew, and browsers that trusted the old one to be given the new`,
    );
  }
  const untilMs = Math.max(nowMs(), validFromMs) + authorityMs;
  const authority = issueAuthority(`Joulegate at ${hostname()}`, untilMs);
  await save(dir, 'ca', authority, secrets);
  log('info', `made a certificate authority of this host's own: ${path}`);
  return authority;
}

async function newServer(dir: string, authority: Certified, options: HostTlsOptions): Promise<Certified> {
  const untilMs = Math.min(Math.max(options.nowMs(), validFromMs) + serverMs, datesOf(authority).validToDate);
  const hosts = ownHosts(options.hosts);
  const server = issueServer(authority, hosts, untilMs);
  await save(dir, 'server', server, options.secrets);
  options.log('info', `made a certificate for ${hosts.join(', ')}`);
  return server;
}

/** Whether a server's certificate is of this authority, lasts, and names all that the machine is reached by. */
function isGood(
  server: Certified | undefined,
  authority: Certified,
  { nowMs, hosts }: HostTlsOptions,
): server is Certified {
  if (server === undefined) return false;
  const certificate = new X509Certificate(server.certificate);
  const { validToDate } = datesOf(server);
  // At the end of the authority nothing lasts longer.
  const neededMs = Math.min(nowMs() + leastLeftMs, datesOf(authority).validToDate);
  return (
    isKeyOf(server) &&
    certificate.verify(new X509Certificate(authority.certificate).publicKey) &&
    validToDate >= neededMs &&
    ownHosts(hosts).every(host =>
      isIP(host) === 0 ? certificate.checkHost(host) !== undefined : certificate.checkIP(host) !== undefined,
    )
  );
}

/** A crash while both are written leaves a new key beside the old certificate. */
function isKeyOf({ key, certificate }: Certified): boolean {
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key));
  } catch {
    // No key at all; what is said of it may repeat some of it.
    return false;
  }
}

const datesOf = ({ certificate }: Certified) => ({
  validToDate: Date.parse(new X509Certificate(certificate).validTo),
});

type Kind = 'ca' | 'server';
const certificateOf = Object.freeze({ ca: 'ca.crt', server: 'server.crt' });
const secretOf = Object.freeze({ ca: 'authorityKey', server: 'serverKey' } as const);

/** Undefined where there is none. */
async function load(
  dir: string,
  kind: Kind,
  { secrets, log }: HostTlsOptions,
): Promise<Certified | undefined> {
  const certificate = await readIn(dir, certificateOf[kind]);
  const before = await readIn(dir, `${kind}.key`);
  const kept = secrets.get(secretOf[kind]);
  // A crash between the two leaves a key alone, which nobody has seen yet.
  if (certificate === undefined || (kept ?? before) === undefined) return undefined;
  try {
    new X509Certificate(certificate);
  } catch (error) {
    throw new Error(
      `${join(dir, certificateOf[kind])} is no certificate; bring back the one from a copy, or move the folder ${dir} away and pair all gateways anew. (${String(error)})`,
    );
  }
  if (before === undefined) return { key: kept ?? '', certificate };
  // Versions before had keys in files beside their certificates; so have backups that these made.
  const fitting = [before, kept].find(key => key !== undefined && isKeyOf({ key, certificate }));
  if (fitting === undefined) return { key: before, certificate };
  await secrets.put({ [secretOf[kind]]: fitting });
  await rm(join(dir, `${kind}.key`));
  await syncFolder(dir);
  log('info', `moved the key of ${join(dir, certificateOf[kind])} to the host's secrets`);
  return { key: fitting, certificate };
}

async function readIn(dir: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(join(dir, file), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The key first: a certificate is there only where its key is. */
async function save(
  dir: string,
  kind: Kind,
  { key, certificate }: Certified,
  secrets: Secrets,
): Promise<void> {
  await secrets.put({ [secretOf[kind]]: key });
  await writePrivate(join(dir, certificateOf[kind]), certificate);
}
