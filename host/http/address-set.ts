import { BlockList, isIP, isIPv4 } from 'node:net';

/** Addresses and ranges (CIDR), such as `192.0.2.7`, `10.0.0.0/8`, `fd00::/8`. */
export class AddressSet {
  readonly #list = new BlockList();

  /** Where one of them is neither it is left out: `isAddressOrRange` tells before. */
  constructor(texts: readonly string[]) {
    for (const text of texts) {
      const range = rangeOf(text);
      if (range !== undefined) this.#list.addSubnet(range.address, range.bits, range.family);
    }
  }

  /** Whether a connection comes from there; an IPv4 address may be mapped into IPv6. */
  has(remoteAddress: string | undefined): boolean {
    const address = unmapped(remoteAddress ?? '');
    const version = isIP(address);
    return version !== 0 && this.#list.check(address, version === 4 ? 'ipv4' : 'ipv6');
  }
}

/** Programs of this machine, and a proxy on it that nobody named: many people may come from there. */
export const isThisMachine = (remoteAddress: string | undefined): boolean =>
  ['127.0.0.1', '::1'].includes(unmapped(remoteAddress ?? ''));

export const isAddressOrRange = (text: string): boolean => rangeOf(text) !== undefined;

/** Without the `::ffff:` before an IPv4 address and the `%eth0` behind an IPv6 one. */
export function unmapped(address: string): string {
  const [text = ''] = address.toLowerCase().split('%');
  const mapped = text.startsWith('::ffff:') ? text.slice(7) : text;
  return isIPv4(mapped) ? mapped : text;
}

function rangeOf(text: string) {
  const [, address = '', length] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return undefined;
  const most = version === 4 ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  if (bits > most) return undefined;
  return { address, bits, family: version === 4 ? ('ipv4' as const) : ('ipv6' as const) };
}
