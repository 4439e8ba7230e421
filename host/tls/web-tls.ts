import { type HostSettings, httpListenOf } from '../settings.ts';
import type { HostTls, ServerCredentials } from './host-tls.ts';
import { OwnCertificate, type OwnCertificateOptions } from './own-certificate.ts';

/** What page and API show by TLS. */
export interface WebTls {
  /** Undefined: they speak plain HTTP. */
  readonly shown: ServerCredentials | undefined;
  close(): void;
}

/**
 * The user's own certificate, else the one of the host's authority. Gateways trust the authority alone, so the broker goes on
 * showing that one. @throws Error that names the file of the user's that cannot be used
 */
export async function openWebTls(
  settings: HostSettings,
  tls: HostTls | undefined,
  options: Pick<OwnCertificateOptions, 'nowMs' | 'log'>,
): Promise<WebTls> {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = settings;
  if (httpListenOf(settings) === 'plain') return { shown: undefined, close: () => {} };
  if (certFile === undefined || keyFile === undefined) return { shown: tls, close: () => {} };
  const own = await OwnCertificate.open({ ...options, certFile, keyFile });
  return { shown: own, close: () => own.close() };
}

/** Whether the host needs an authority of its own for page and API. */
export const wantsAuthority = (settings: HostSettings): boolean =>
  httpListenOf(settings) === 'tls' && settings.tlsCertFile === undefined;
