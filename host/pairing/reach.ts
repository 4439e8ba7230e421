import { networkInterfaces } from 'node:os';

const loopback = new Set(['localhost', '127.0.0.1', '::1']);

/** Whether an address that is listened on is reached from this machine alone. */
export const isLoopback = (address: string): boolean => loopback.has(address) || address.startsWith('127.');

/** IPv4 addresses under which others find a server that listens on `listening`: gateways speak no IPv6. */
export function addressesOf(listening: string): string[] {
  if (listening !== '0.0.0.0' && listening !== '::')
    return [listening === 'localhost' ? '127.0.0.1' : listening];
  return Object.values(networkInterfaces())
    .flatMap(all => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}
