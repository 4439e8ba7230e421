import { BlockList, isIP, isIPv4 } from 'node:net';

/** What one customer of a network has: an IPv4 address, or the /64 of an IPv6 address. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (isIPv4(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const rest = tail === '' ? [] : tail.split(':');
    while (groups.length + rest.length < 8) groups.push('0');
    groups.push(...rest);
  }
  return groups.slice(0, 4).join(':');
}

/**
 * Whether an address is one of a list or in one of its networks, such as `192.0.2.7,10.0.0.0/8,2001:db8::/32`. What is
 * no address there is passed over: the settings have refused it before.
 */
export function addressesIn(list: string): (address: string) => boolean {
  const blocks = new BlockList();
  for (const each of list.split(',')) {
    const [network = '', bits] = each.split('/');
    const family = isIP(network);
    if (family === 0) continue;
    const kind = family === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) blocks.addAddress(network, kind);
    else blocks.addSubnet(network, Number(bits), kind);
  }
  return address => {
    const plain = plainAddress(address);
    const family = isIP(plain);
    return family !== 0 && blocks.check(plain, family === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Without its zone, and an IPv4 address as such where IPv6 carries it. */
function plainAddress(address: string): string {
  const [text = ''] = address.toLowerCase().split('%');
  const mapped = text.startsWith('::ffff:') ? text.slice(7) : text;
  return isIPv4(mapped) ? mapped : text;
}
