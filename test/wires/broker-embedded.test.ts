import { type BrokerUnderTest, brokerContract } from './broker-contract.ts';
import { startTestEngine } from './test-engine.ts';

/** Host and broker are one: it goes down and comes back with its database and port. */
async function start(): Promise<BrokerUnderTest> {
  const first = await startTestEngine();
  const { port } = first.parts.broker;
  const path = `${first.parts.settings.dataDir}/host.duckdb`;
  let engine = first;
  return {
    get engine() {
      return engine;
    },
    port,
    async restart() {
      await engine.parts.close();
      await engine.parts.store.close();
      engine = await startTestEngine({ path, settings: { mqttPort: port } });
    },
    async close() {
      if (engine !== first) await engine.close();
      await first.close();
    },
  };
}

brokerContract('the embedded broker, gateways in MQTT 3.1.1', start);
