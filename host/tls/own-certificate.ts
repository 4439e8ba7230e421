import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { messageOf } from '../message-of.ts';
import type { ServerCredentials } from './host-tls.ts';

export interface OwnCertificateOptions {
  readonly certFile: string;
  readonly keyFile: string;
  readonly nowMs: () => number;
  readonly log: (level: 'info' | 'warn' | 'error', text: string) => void;
  /** How often the files are looked at, ms. */
  readonly lookEveryMs?: number;
}

interface Loaded {
  readonly key: string;
  readonly cert: string;
  readonly certificate: X509Certificate;
}

const dayMs = 86_400_000;
const warnLeftMs = 14 * dayMs;
/** A clock may be behind by so much. */
const clockMs = dayMs;

/**
 * A certificate that the user brought, for page and API. Its files are read again where they change, as programs that renew
 * certificates leave them; what cannot be used then is told, and the one before stays.
 */
export class OwnCertificate implements ServerCredentials {
  readonly #options: OwnCertificateOptions;
  readonly #told = new Set<() => void>();
  readonly #looking: NodeJS.Timeout;
  #loaded: Loaded;
  /** Of the files, when they were last read. */
  #mark: string;
  #warnedMs = Number.NEGATIVE_INFINITY;

  private constructor(options: OwnCertificateOptions, loaded: Loaded, mark: string) {
    this.#options = options;
    this.#loaded = loaded;
    this.#mark = mark;
    this.#looking = setInterval(() => void this.look(), options.lookEveryMs ?? 60_000).unref();
    this.#warn();
  }

  /** @throws Error that names the file, what is wrong with it and what to do. */
  static async open(options: OwnCertificateOptions): Promise<OwnCertificate> {
    const mark = await markOf(options);
    const loaded = await load(options);
    const why = outOfDate(loaded, options);
    // Not worth a host that does not start after a power cut: its clock may be wrong, and values are to be taken in.
    if (why !== undefined) options.log('error', `${why}; browsers refuse it until then`);
    return new OwnCertificate(options, loaded, mark);
  }

  get credentials(): { readonly key: string; readonly cert: string } {
    const { key, cert } = this.#loaded;
    return { key, cert };
  }

  /** Whether it is for a host name. */
  readonly isFor = (name: string): boolean => this.#loaded.certificate.checkHost(name) !== undefined;

  onRenewed(told: () => void): void {
    this.#told.add(told);
  }

  /** Reads the files again where they have changed. */
  async look(): Promise<void> {
    const { log, certFile } = this.#options;
    const mark = await markOf(this.#options);
    if (mark !== this.#mark) {
      this.#mark = mark;
      try {
        const loaded = await load(this.#options);
        const why = outOfDate(loaded, this.#options);
        if (why !== undefined) throw new Error(why);
        this.#loaded = loaded;
        log('info', `page and API show the certificate that ${certFile} holds now`);
        for (const tell of this.#told) tell();
      } catch (error) {
        log('error', `the certificate stays the one before: ${messageOf(error)}`);
      }
    }
    this.#warn();
  }

  close(): void {
    clearInterval(this.#looking);
  }

  /** Once a day, while it is about to end. */
  #warn(): void {
    const { nowMs, log, certFile } = this.#options;
    const endsMs = Date.parse(this.#loaded.certificate.validTo);
    if (endsMs - nowMs() > warnLeftMs || nowMs() - this.#warnedMs < dayMs) return;
    this.#warnedMs = nowMs();
    const verb = endsMs < nowMs() ? 'ended' : 'ends';
    log('warn', `the certificate in ${certFile} ${verb} on ${dayOf(endsMs)}; renew it`);
  }
}

/** Changes when a file does, also where a link now leads to another. */
async function markOf({ certFile, keyFile }: OwnCertificateOptions): Promise<string> {
  const marks = [certFile, keyFile].map(async file => {
    try {
      const { ino, size, mtimeMs } = await stat(file);
      return `${ino} ${size} ${mtimeMs}`;
    } catch {
      return 'none';
    }
  });
  return (await Promise.all(marks)).join(', ');
}

/** Why browsers refuse it now; undefined where they need not. */
function outOfDate(
  { certificate }: Loaded,
  { certFile, nowMs }: Pick<OwnCertificateOptions, 'certFile' | 'nowMs'>,
): string | undefined {
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (toMs <= nowMs()) return `the certificate in ${certFile} ended on ${dayOf(toMs)}; bring a renewed one`;
  return fromMs > nowMs() + clockMs
    ? `the certificate in ${certFile} begins on ${dayOf(fromMs)} only; look at this machine's clock, or bring another one`
    : undefined;
}

async function load({ certFile, keyFile }: OwnCertificateOptions): Promise<Loaded> {
  const cert = await read(certFile, 'tlsCertFile');
  const key = await read(keyFile, 'tlsKeyFile');
  const certificate = certificateOf(certFile, cert);
  const privateKey = privateKeyOf(keyFile, key);
  if (!certificate.checkPrivateKey(privateKey))
    throw new Error(
      `the key in ${keyFile} does not belong to the certificate in ${certFile}; the server's own certificate comes first in its file`,
    );
  try {
    createSecureContext({ key, cert });
  } catch (error) {
    throw new Error(
      `TLS cannot be spoken with ${certFile} and ${keyFile} (${messageOf(error)}); RSA of 2048 bits and more and ECDSA P-256 are allowed`,
      { cause: error },
    );
  }
  return { key, cert, certificate };
}

async function read(file: string, setting: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(
      `${file} (${setting}) cannot be read; the user that Joulegate runs as must be allowed to (${messageOf(error)})`,
      { cause: error },
    );
  }
}

function certificateOf(file: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    throw new Error(
      `${file} holds no certificate; PEM is allowed, -----BEGIN CERTIFICATE----- (${messageOf(error)})`,
      {
        cause: error,
      },
    );
  }
}

function privateKeyOf(file: string, pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem))
    throw new Error(
      `the key in ${file} wants a passphrase, which nobody is there to give; take it off with: openssl pkey -in ${file} -out key.pem`,
    );
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new Error(
      `${file} holds no private key; PEM is allowed, -----BEGIN PRIVATE KEY----- (${messageOf(error)})`,
      {
        cause: error,
      },
    );
  }
}

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
