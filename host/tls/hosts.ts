import { hostname, networkInterfaces } from 'node:os';

/** More names and addresses than a machine with some networks has; each takes room in the certificate. */
const most = 32;

/** Endings that no router of the internet knows, so that nobody can own the machine's name below them. */
const privateEndings = ['local', 'lan', 'home', 'home.arpa', 'internal', 'localdomain', 'fritz.box'];

/** A machine's names in networks of one's own: as mDNS (`.local`) and routers say them. */
export function machineNames(machine: string): string[] {
  const own = machine.toLowerCase();
  const [first = own] = own.split('.');
  return [...new Set([own, first, ...privateEndings.map(ending => `${first}.${ending}`)])];
}

/**
 * By what this machine can be reached: its names and its addresses. Those of one link
 * alone (fe80) are left out: whoever uses them names the link, too.
 */
export function ownHosts(more: readonly string[] = []): string[] {
  const name = hostname().toLowerCase();
  const isName = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name);
  const addresses = Object.values(networkInterfaces())
    .flatMap(each => each ?? [])
    .map(({ address }) => address)
    .filter(address => !address.startsWith('fe80:') && !address.includes('%') && !isMapped(address));
  const names = isName ? machineNames(name) : [];
  return [...new Set([...names, ...more, 'localhost', '127.0.0.1', ...addresses])].slice(0, most);
}

/** Such as ::ffff:192.0.2.1, which is an IPv4 address. */
const isMapped = (address: string): boolean => address.includes(':') && address.includes('.');
