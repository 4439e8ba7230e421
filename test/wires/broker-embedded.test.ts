import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrokerUnderTest, brokerContract } from './broker-contract.ts';
import { startTestEngine } from './test-engine.ts';

/** Host and broker are one: it goes down and comes back with its database and port. */
async function start(): Promise<BrokerUnderTest> {
  const dataDir = await mkdtemp(join(tmpdir(), 'joulegate-'));
  let engine = await startTestEngine({ dataDir });
  const { port } = engine.parts.broker;
  return {
    get engine() {
      return engine;
    },
    port,
    async restart() {
      await engine.close();
      engine = await startTestEngine({ dataDir, settings: { mqttPort: port } });
    },
    async close() {
      await engine.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

brokerContract('the embedded broker, gateways in MQTT 3.1.1', start);
