import { startControlServer } from '../control/control-server.ts';
import { announceLab } from '../control/running-labs.ts';
import { nodeTime } from '../gateway/node-time.ts';
import { Laboratory } from '../happenings/laboratory.ts';
import { linePart } from '../happenings/line-part.ts';
import { networkParts } from '../happenings/network-part.ts';
import type { TcpProxy } from '../network/tcp-proxy.ts';
import type { WiredSite } from '../scenario/wired-site.ts';

export interface DemoLabOptions {
  readonly hostUrl: string;
  readonly site: WiredSite;
  readonly proxy: TcpProxy;
}

export interface DemoLab {
  readonly lab: Laboratory;
  /** Of its page, with the token. */
  readonly address: string;
  close(): Promise<void>;
}

/** The laboratory of a demo that measures live: its parts, its page, and the file by which `happen` finds it. */
export async function startDemoLab({ hostUrl, site, proxy }: DemoLabOptions): Promise<DemoLab> {
  const lab = new Laboratory({
    time: nodeTime,
    parts: [
      ...site.lines.flatMap(wired => {
        if (wired.kind !== 'rs485') return [];
        const { id, baud = 9600 } = wired.line;
        return linePart({
          id,
          name: `RS485 bus ${id}`,
          about: `${baud} baud, Modbus RTU`,
          line: wired.server.line,
          addresses: wired.slaves.map(({ address }) => address),
        });
      }),
      ...networkParts({ proxy, time: nodeTime }),
    ],
  });
  const server = await startControlServer({ lab, name: 'demo', hostUrl });
  const forget = announceLab({ name: 'demo', address: server.address });
  return {
    lab,
    address: server.address,
    close: async () => {
      forget();
      await server.close();
      await lab.close();
    },
  };
}
