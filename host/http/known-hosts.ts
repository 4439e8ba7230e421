import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { HostSettings } from '../settings.ts';
import { machineNames } from '../tls/hosts.ts';

export interface KnownHostsOptions {
  readonly settings: Pick<HostSettings, 'tlsHosts' | 'publicUrl'>;
  /** Whether the user's own certificate is for a name. */
  readonly isInCertificate?: ((name: string) => boolean) | undefined;
  readonly machine?: string;
}

/**
 * The names by which this host is asked for. Anybody can let a name of theirs point to this host's address, and a browser then
 * holds a page of theirs and this host for one site (DNS rebinding); the name in the request tells. An address cannot be
 * lent so, and every one is known.
 */
export class KnownHosts {
  readonly #names: ReadonlySet<string>;
  readonly #numbered: RegExp;
  readonly #isInCertificate: (name: string) => boolean;

  constructor({ settings, isInCertificate = () => false, machine = hostname() }: KnownHostsOptions) {
    const { tlsHosts, publicUrl } = settings;
    const [first = ''] = machine.toLowerCase().split('.');
    this.#names = new Set([
      'localhost',
      ...machineNames(machine),
      ...(tlsHosts?.toLowerCase().split(',') ?? []),
      ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
    ]);
    // mDNS puts a number behind a name that another machine has already (RFC 6762, 9).
    const literal = first.replaceAll(/[^a-z0-9-]/g, '.');
    this.#numbered = new RegExp(`^${literal}-\\d{1,3}\\.local$`);
    this.#isInCertificate = isInCertificate;
  }

  /** `host` as a request has it: a name or an address, with or without a port. */
  knows(host: string): boolean {
    const name = nameOf(host);
    if (name === undefined) return false;
    if (isIP(name) !== 0) return true;
    return (
      this.#names.has(name) ||
      this.#numbered.test(name) ||
      name.endsWith('.localhost') ||
      this.#isInCertificate(name)
    );
  }
}

/** Without port, brackets and the root's dot; undefined: it is no host. */
export function nameOf(host: string): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(host);
  if (parts === null) return undefined;
  const [, address, name = ''] = parts;
  return (address ?? name.replace(/\.$/, '')).toLowerCase();
}
