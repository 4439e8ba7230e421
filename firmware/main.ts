import { openMachine } from 'machine/ports';
import { createGateway } from './app/gateway.ts';

/** On a device: `machine/` is the platform's own folder (manifest.json), the gateway the same everywhere. */
const { identity, ports } = openMachine();

if (identity !== undefined) {
  ports.log(
    'info',
    `gateway ${identity.gateway} on ${ports.board.name}, broker ${identity.broker}:${identity.port}`,
  );
  createGateway({ id: identity.gateway, ports }).start();
}
