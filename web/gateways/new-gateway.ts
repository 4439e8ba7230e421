import type { PairingCode } from '../../host/api/contract.ts';
import { type ImprovClient, ImprovFailure } from './improv.ts';

/** What a person gives a new gateway by cable; the code comes from the host. */
export interface NewGatewayOrder {
  /** Empty for a board without WiFi. */
  readonly wifiName: string;
  readonly wifiPassword: string;
}

export type NewGatewayStep = 'joining' | 'pairing';

/** An address may be of a network that the gateway is not in; what else goes wrong goes wrong at all of them. */
const isElsewhere = (error: unknown): boolean =>
  error instanceof ImprovFailure && ['host.unreachable', 'host.other'].includes(error.fault);

/**
 * Brings a gateway onto its network and to this host: the network first, so that no code is made in vain; then the code, at
 * each address of the host until one answers. @throws ImprovFailure, or the error of `newCode`
 */
export async function setUpGateway(
  client: Pick<ImprovClient, 'join' | 'pair'>,
  { wifiName, wifiPassword }: NewGatewayOrder,
  newCode: () => Promise<Pick<PairingCode, 'code' | 'hosts'>>,
  tell: (step: NewGatewayStep) => void,
): Promise<{ gateway: string; isConnected: boolean }> {
  if (wifiName !== '') {
    tell('joining');
    await client.join(wifiName, wifiPassword);
  }
  tell('pairing');
  const { code, hosts } = await newCode();
  // Without an address the gateway looks for the host by itself.
  const [last = '', ...before] = [...hosts].reverse();
  for (const host of before.reverse()) {
    try {
      return await client.pair(host, code);
    } catch (error) {
      if (!isElsewhere(error)) throw error;
    }
  }
  return client.pair(last, code);
}
