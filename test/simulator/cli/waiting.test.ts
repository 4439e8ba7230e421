import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../../../simulator/commands.ts';

/** Lets in who comes, and says nothing. */
let mute: Server;
let came: (socket: Socket) => void = () => {};

beforeAll(async () => {
  mute = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => came(socket));
  });
  await new Promise<void>(done => mute.listen(0, '127.0.0.1', done));
});
afterAll(() => new Promise(done => mute.close(done)));

test.each([
  ['happen --list --at http://127.0.0.1:PORT/#token', 1, 'ended before the laboratory answered'],
  ['happen line.noise --at http://127.0.0.1:PORT/#token', 1, 'ended before the laboratory answered'],
  ['happen --end --at http://127.0.0.1:PORT/#token', 1, 'ended before the laboratory answered'],
  ['device tasmota-plug --broker mqtt://127.0.0.1:PORT', 0, ''],
  ['device http --url http://127.0.0.1:PORT --token jg_1', 0, ''],
])('%s, ended while nobody answers, ends and leaves no connection', async (words, code, said) => {
  const { port } = mute.address() as AddressInfo;
  let left: Promise<unknown> = Promise.resolve();
  const stopped = new Promise<void>(resolve => {
    came = socket => {
      left = new Promise(done => socket.once('close', done));
      resolve();
    };
  });
  const err: string[] = [];
  const args = words.replace('PORT', String(port)).split(' ');
  expect(await runCommand(args, { out: () => {}, err: line => err.push(line), stopped })).toBe(code);
  expect(err.join()).toContain(said);
  await left;
});
