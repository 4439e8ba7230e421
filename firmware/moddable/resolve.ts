import Net from 'net';

/** An IPv4 address of a host name, or undefined; by the machine's own resolver, `.local` names included. */
export function resolve(host: string, done: (address: string | undefined) => void): void {
  try {
    Net.resolve(host, (_host, address) => done(address));
  } catch {
    // lwIP throws when its queue of four is full.
    done(undefined);
  }
}
