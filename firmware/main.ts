import { openMachine } from 'machine/ports';
import { createGateway } from './app/gateway.ts';
import { askForProvisioning, Provisioner } from './app/provisioner.ts';
import { localPin } from './core/local-pin.ts';

/** On a device: `machine/` is the platform's own folder (manifest.json), the gateway the same everywhere. */
const { identity, ports, isOpen, accessPointPassword, mqttOf } = openMachine();

if (identity === undefined || isOpen) {
  new Provisioner({
    ports,
    isPaired: identity !== undefined,
    ...(accessPointPassword !== undefined && { accessPointPassword }),
    mqttOf,
    restart: () => ports.board.restart(),
  }).start();
} else {
  ports.log(
    'info',
    `gateway ${identity.gateway} on ${ports.board.name}, broker ${identity.broker}:${identity.port}`,
  );
  const sha256 = (bytes: Uint8Array): Uint8Array => {
    const hash = ports.crypto.sha256();
    hash.add(bytes);
    return hash.finish();
  };
  const gateway = createGateway({
    id: identity.gateway,
    ports,
    ...(ports.httpServer !== undefined && { localPin: localPin(sha256, identity.password) }),
    // What the journal has in RAM alone is lost by it, as by any restart.
    onButtonPress: () => {
      askForProvisioning(ports.store);
      gateway.restart();
    },
  });
  gateway.start();
}
