import type { GatewayCredentials } from '../auth/gateway-credentials.ts';
import type { Fleet } from '../fleet.ts';
import type { Log } from '../logging/host-log.ts';

/**
 * Makes known every gateway that has a credential. Credential and gateway are two writes: a host that was killed between them
 * has a gateway that nobody sees, whose id is taken, and whose credential cannot be ended. To be called at the start.
 */
export async function finishHalfMade(
  credentials: Pick<GatewayCredentials, 'gateways'>,
  fleet: Fleet,
  log: Log,
): Promise<void> {
  const halfMade = credentials.gateways().filter(id => !fleet.has(id));
  if (halfMade.length === 0) return;
  await Promise.all(halfMade.map(id => fleet.register(id)));
  const ids = halfMade.join(', ');
  log(
    'warn',
    `the host was killed while ${ids} was made; where nobody has its credential, give it a new one`,
  );
}
