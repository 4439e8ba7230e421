import type { ControlServer } from '../control/control-server.ts';
import { openLab } from '../control/open-lab.ts';
import { nodeTime } from '../gateway/node-time.ts';
import { gatewayParts } from '../happenings/gateway-parts.ts';
import { hostPart } from '../happenings/host-part.ts';
import { Laboratory } from '../happenings/laboratory.ts';
import { networkParts } from '../happenings/network-part.ts';
import { siteParts } from '../happenings/site-parts.ts';
import type { TcpProxy } from '../network/tcp-proxy.ts';
import type { DemoSite } from './demo-site.ts';
import type { HostProcess } from './host-process.ts';

export interface DemoLabOptions {
  readonly host: HostProcess;
  readonly site: DemoSite;
  readonly proxy: TcpProxy;
}

/**
 * The laboratory of a demo that measures live: its parts, its scenario's schedule, its page, and the file by which
 * `happen` finds it.
 */
export async function startDemoLab(options: DemoLabOptions): Promise<ControlServer> {
  const lab = laboratoryOf(options);
  lab.follow(options.site.site.scenario.happenings);
  return openLab({ lab, name: 'demo', hostUrl: options.host.url });
}

/** Before hours of the past are filled in. @throws UsageError where a line of the scenario's schedule cannot happen. */
export function checkDemoSchedule(options: DemoLabOptions): void {
  laboratoryOf(options).check(options.site.site.scenario.happenings);
}

function laboratoryOf({ host, site, proxy }: DemoLabOptions): Laboratory {
  const isAlone = site.gateways.length === 1;
  return new Laboratory({
    time: nodeTime,
    parts: [
      ...siteParts(site.site),
      ...site.gateways.flatMap(gateway => gatewayParts(gateway, isAlone)),
      ...networkParts({ proxy, time: nodeTime }),
      hostPart(host),
    ],
  });
}
