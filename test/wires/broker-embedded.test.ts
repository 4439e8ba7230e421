import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MqttListen } from '../../host/settings.ts';
import { freeLabPort } from '../../simulator/lab/lab-port.ts';
import { type BrokerUnderTest, brokerContract } from './broker-contract.ts';
import { startTestEngine } from './test-engine.ts';

/** Host and broker are one: it goes down and comes back with its database and port. */
async function start(mqttListen: MqttListen): Promise<BrokerUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-'));
  const settings = { mqttListen, mqttPort: await freeLabPort(), mqttTlsPort: await freeLabPort() };
  let engine = await startTestEngine({ dataDir, settings });
  const { port, tlsPort } = engine.parts.broker;
  const { tls } = engine.parts;
  return {
    get engine() {
      return engine;
    },
    port: tlsPort ?? port,
    ...(tls && { ca: tls.caPem }),
    async restart() {
      await engine.close();
      // The authority is the one of before, so gateways believe it still.
      engine = await startTestEngine({ dataDir, settings });
    },
    async close() {
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

brokerContract('the embedded broker, gateways in MQTT 3.1.1', () => start('plain'));
brokerContract('the embedded broker over TLS', () => start('tls'));
