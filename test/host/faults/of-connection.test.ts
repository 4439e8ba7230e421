import { once } from 'node:events';
import { createServer, connect as plain } from 'node:net';
import { connect as secure } from 'node:tls';
import { expect, test } from 'vitest';
import { brokerFault, connectionFault, type Place, saidBy } from '../../../host/faults/of-connection.ts';

const listener = 'broker';
const connectionWords = (said: string, place: Place) => connectionFault(said, place).message;

/** What the machine itself says of a connection that fails. */
async function saidOf(socket: ReturnType<typeof plain>): Promise<string> {
  const [error]: Error[] = await once(socket, 'error').catch(error => [error]);
  return error === undefined ? '' : saidBy(error);
}

test('a port where nobody listens is told with the port and what to see', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  const said = await saidOf(plain({ host: '127.0.0.1', port }));
  expect(connectionWords(said, { host: '127.0.0.1', port, listener })).toBe(
    `127.0.0.1 is there and takes no connection on port ${port}; see the port, and whether the broker runs`,
  );
});

test('of a name with several addresses, none of which answers, the code tells', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  const socket = plain({
    host: 'plug',
    port,
    lookup: (_name, _options, found) =>
      found(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]),
  });
  expect(connectionWords(await saidOf(socket), { host: 'plug', port, listener })).toContain(
    `plug is there and takes no connection on port ${port}`,
  );
});

test('a server without TLS is told to be one', async () => {
  const server = createServer(socket => socket.resume().end('what? what? what?')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const said = await saidOf(secure({ host: '127.0.0.1', port }));
  await new Promise(resolve => server.close(resolve));
  expect(connectionWords(said, { host: 'broker', port, listener })).toBe(
    `broker speaks no TLS on port ${port}; see the port, or take the address without TLS`,
  );
});

// As nodejs.org/api/tls and /errors have them.
test.each([
  ['getaddrinfo ENOTFOUND brokr', 'the name broker is not known on this network'],
  ['getaddrinfo EAI_AGAIN brokr', 'the name broker is not known on this network'],
  ['connect EHOSTUNREACH 192.168.1.9:1883', 'broker is not reached from here'],
  ['self-signed certificate in certificate chain', 'signed by nobody whom this host trusts'],
  ['unable to verify the first certificate', 'signed by nobody whom this host trusts'],
  ['certificate has expired', 'holds for another time than now'],
  ["Hostname/IP does not match certificate's altnames: Host: broker.", 'is of another name'],
  ['what nobody knows', 'what nobody knows'],
])('%s', (said, words) => {
  expect(connectionWords(said, { host: 'broker', port: 1883, listener })).toContain(words);
});

// As MQTT.js and the link to a broker have them.
test.each([
  ['Connection refused: Not authorized; see the user name and password of this connector', 'mqtt.login'],
  ['Connection refused: Bad User Name or Password; see JOULEGATE_MQTT_USER', 'mqtt.login'],
  ['may not hear tele/#; see the rights of its user at the broker', 'mqtt.rights'],
])('of a broker: %s', (said, code) => {
  const [own] = said.split(';');
  const facts = { host: '10.0.0.2', said: own };
  expect(brokerFault(said, 'mqtt://10.0.0.2')).toEqual({ code, facts, message: said });
});

test.each([
  ['connack timeout', 'mqtt.mute'],
  ['Keepalive timeout', 'mqtt.mute'],
  ['Invalid header flag bits, must be 0x0 for connack packet', 'mqtt.other'],
  ['Cannot parse topic', 'mqtt.other'],
  ['connect ECONNREFUSED 10.0.0.2:1883', 'port.refused.broker'],
])('of a broker that is none: %s', (said, code) => {
  expect(brokerFault(said, 'mqtt://10.0.0.2')).toMatchObject({
    code,
    facts: { host: '10.0.0.2', port: '1883' },
  });
});

test('a broker that refuses or hangs up speaks MQTT for all that is known', () => {
  expect(brokerFault('Connection refused: Malformed Packet', 'mqtt://10.0.0.2').code).toBe('other');
  expect(brokerFault('connection closed', 'mqtt://10.0.0.2').code).toBe('connection.closed');
});
