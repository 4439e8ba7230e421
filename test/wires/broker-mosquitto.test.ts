import { describe } from 'vitest';
import type { MqttVersion } from '../../host/settings.ts';
import { type BrokerUnderTest, brokerContract, contractGateways } from './broker-contract.ts';
import { hostUser, Mosquitto, mosquittoPath } from './mosquitto.ts';
import { startTestEngine } from './test-engine.ts';

const password = 'a password of the test';
const users = Object.fromEntries([hostUser, ...contractGateways].map(user => [user, password]));

async function start(mqttVersion: MqttVersion): Promise<BrokerUnderTest> {
  const mosquitto = await Mosquitto.start(users);
  const engine = await startTestEngine({
    settings: {
      mqttUrl: `mqtt://127.0.0.1:${mosquitto.port}`,
      mqttUser: hostUser,
      mqttPassword: password,
      mqttVersion,
    },
  });
  return {
    engine,
    port: mosquitto.port,
    restart: () => mosquitto.restart(),
    async close() {
      await engine.close();
      await mosquitto.close();
    },
  };
}

const isThere = mosquittoPath() !== undefined;
describe.skipIf(!isThere)(isThere ? 'Mosquitto' : 'Mosquitto, which is not installed here', () => {
  brokerContract('host and gateways in MQTT 3.1.1', () => start('3.1.1'));
  brokerContract('host and gateways in MQTT 5', () => start('5'), 5);
});
