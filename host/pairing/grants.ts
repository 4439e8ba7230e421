import { toBase64 } from '#core/base64.ts';
import type { PairGrant } from '#core/pairing-messages.ts';
import type { GatewayCredentials } from '../auth/gateway-credentials.ts';
import type { Broker } from '../broker/broker.ts';
import { brokerLimits } from '../broker/limits.ts';
import type { Fleet } from '../fleet.ts';
import type { Sites } from '../site/sites.ts';
import type { HostTls } from '../tls/host-tls.ts';

export interface GrantParts {
  readonly credentials: GatewayCredentials;
  readonly sites: Pick<Sites, 'siteOf' | 'has' | 'adopt'>;
  readonly fleet: Pick<Fleet, 'gateway' | 'register'>;
  readonly broker: Pick<Broker, 'port' | 'tlsPort' | 'disconnect'>;
  /** The host's own authority, where its broker speaks TLS. */
  readonly tls?: Pick<HostTls, 'caDer'> | undefined;
  readonly timeServers: readonly string[];
}

/** There are as many gateways as the broker takes. */
export class TooManyGateways extends Error {}

/** The id that was reserved has become one of another site's gateway since, or the site is gone. */
export class TakenMeanwhile extends Error {}

/**
 * Gives a gateway its credential. A reserved id is given to whoever has the code, whether it had one before or not; without
 * one the device's own name is its id, with a number behind it where another gateway has that name. It belongs to `site`.
 * @throws TooManyGateways, TakenMeanwhile
 */
export async function grantTo(
  parts: GrantParts,
  { reserved, site }: { readonly reserved: string | null; readonly site: string },
  device: string,
): Promise<PairGrant> {
  const { credentials, sites, fleet, broker, tls, timeServers } = parts;
  const gateway = reserved ?? freeId(parts, device, site);
  const assertFree = () => {
    const isOfOther = fleet.gateway(gateway) !== undefined && sites.siteOf(gateway) !== site;
    // The name of a device may have been given to another one while this one waited.
    const isGiven = reserved === null && freeId(parts, device, site) !== gateway;
    if (isOfOther || isGiven || !sites.has(site)) throw new TakenMeanwhile();
    if (!credentials.has(gateway) && credentials.size >= brokerLimits.gateways) throw new TooManyGateways();
  };
  const password = await sites.adopt(gateway, site, assertFree, async () => {
    const issued = await credentials.issue(gateway);
    broker.disconnect(gateway);
    await fleet.register(gateway);
    return issued;
  });
  const { port, tlsPort } = broker;
  // What can be encrypted is: a gateway that knows the authority speaks TLS alone.
  if (tls === undefined || tlsPort === undefined) return { gateway, password, port, timeServers };
  return { gateway, password, port: tlsPort, caDer: toBase64(tls.caDer), timeServers };
}

/** A device that never came with the credential it was given before is taken for the same one again. */
function freeId({ credentials, fleet, sites }: GrantParts, device: string, site: string): string {
  const isFree = (id: string) => !credentials.has(id) && fleet.gateway(id) === undefined;
  const neverCame = (id: string) => fleet.gateway(id)?.lastSeenMs === null && sites.siteOf(id) === site;
  let id = device;
  for (let number = 2; !isFree(id) && !neverCame(id); number++) id = `${device.slice(0, 56)}-${number}`;
  return id;
}
