import type { BoardPort, CryptoPort } from '#ports';

/** A board that has nothing but its name: no light, button or outputs, and memory that nobody counts. */
export const bareBoard = (differs: Partial<BoardPort> = {}): BoardPort => ({
  name: 'bare board',
  chip: 'linux',
  firmware: '0.0.0',
  heapFreeBytes: () => undefined,
  rssiDbm: () => undefined,
  scriptMemory: () => undefined,
  resetReason: () => 'powerOn',
  restart: () => {},
  feedWatchdog: () => {},
  setLed: () => {},
  onButton: () => {},
  outputs: [],
  setOutput: () => {},
  ...differs,
});

/** For gateways that neither update nor pair; it runs on XS too. */
export const noCrypto: CryptoPort = {
  sha256: () => {
    throw new Error('this machine has no SHA-256');
  },
  verifyEd25519: (_publicKey, _message, _signature, done) => done(false),
};
