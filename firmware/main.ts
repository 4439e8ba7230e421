import { openMachine } from 'machine/ports';
import { createGateway } from './app/gateway.ts';
import { localPin } from './core/local-pin.ts';

/** On a device: `machine/` is the platform's own folder (manifest.json), the gateway the same everywhere. */
const { identity, ports } = openMachine();

if (identity !== undefined) {
  ports.log(
    'info',
    `gateway ${identity.gateway} on ${ports.board.name}, broker ${identity.broker}:${identity.port}`,
  );
  const sha256 = (bytes: Uint8Array): Uint8Array => {
    const hash = ports.crypto.sha256();
    hash.add(bytes);
    return hash.finish();
  };
  createGateway({
    id: identity.gateway,
    ports,
    ...(ports.httpServer !== undefined && { localPin: localPin(sha256, identity.password) }),
  }).start();
}
