import type { Laboratory } from '../happenings/laboratory.ts';
import { type ControlServer, startControlServer } from './control-server.ts';
import { announceLab } from './running-labs.ts';

export interface OpenLabOptions {
  readonly lab: Laboratory;
  /** What runs: `demo`, `serve`. */
  readonly name: string;
  readonly hostUrl?: string;
}

/** Serves a laboratory's page and control, where `happen` finds it. Closing mends all that happens. */
export async function openLab(options: OpenLabOptions): Promise<ControlServer> {
  const { lab, name } = options;
  const server = await startControlServer(options);
  const forget = announceLab({ name, address: server.address });
  return {
    address: server.address,
    close: async () => {
      forget();
      await server.close();
      await lab.close();
    },
  };
}
