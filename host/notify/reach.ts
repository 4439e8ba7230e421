import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { fault } from '../faults/fault.ts';
import { DeliveryError } from './delivery-error.ts';

/**
 * Where a channel may go. `anywhere`: those who administer the whole host set it up, and their relay may stand beside the
 * host, or be the host. `internet`: the admin of one site did, who has no business in the host's own network: there are
 * routers, cameras and this host's doors that trust whoever comes from near.
 */
export type Reach = 'anywhere' | 'internet';

/** Addresses that are nobody's on the internet (IANA's special-purpose registries). */
const special = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  special.addSubnet(net, bits, 'ipv4');
/** All of IPv6 that is given out to somebody; within it are ways back into IPv4. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  special.addSubnet(net, bits, 'ipv6');

/** Whether an address is one of the internet. */
export function isOfInternet(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  return globalUnicast.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** What a channel of a site is told whose server stands near. */
export const outOfReach = (host: string): DeliveryError =>
  new DeliveryError(fault('host.notAllowed', { host }));

/** Looks a name up, and gives nothing that is out of reach: what is then connected to is what was judged. */
export function lookupWithin(reach: Reach): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      if (error !== null) {
        callback(error, '', 0);
        return;
      }
      const reachable = reach === 'anywhere' ? found : found.filter(({ address }) => isOfInternet(address));
      const [first] = reachable;
      if (first === undefined) callback(outOfReach(name), '', 0);
      else if (options.all === true) callback(null, reachable);
      else callback(null, first.address, first.family);
    });
  };
}

/** An address to connect to for a name. @throws DeliveryError, Error of the look-up */
export function addressWithin(reach: Reach, name: string): Promise<string> {
  const literal = name.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) {
    if (reach === 'internet' && !isOfInternet(literal)) return Promise.reject(outOfReach(name));
    return Promise.resolve(literal);
  }
  return new Promise((resolve, reject) => {
    lookupWithin(reach)(name, {}, (error, address) => {
      if (error !== null) reject(error);
      else resolve(String(address));
    });
  });
}
