import { describe, expect, test } from 'vitest';
import { ByteQueue } from '../../../firmware/moddable/byte-queue.ts';
import { findIdentity } from '../../../firmware/moddable/identity.ts';
import { memoryStore } from '../../../simulator/gateway/stores.ts';

describe('bytes to a UART', () => {
  test('never go out faster than it drains', () => {
    const sent: number[][] = [];
    const queue = new ByteQueue(bytes => sent.push([...new Uint8Array(bytes)]), 3);
    queue.add(Uint8Array.of(1, 2));
    queue.add(Uint8Array.of(3, 4, 5));
    expect(sent).toEqual([[1, 2], [3]]);
    queue.drained(8);
    expect(sent.flat()).toEqual([1, 2, 3, 4, 5]);
  });

  test('a line that does not drain is an error that says so', () => {
    const queue = new ByteQueue(() => {}, 0, 4);
    queue.add(new Uint8Array(4));
    expect(() => queue.add(new Uint8Array(1))).toThrow(/does not drain/);
  });
});

describe('the identity of a device', () => {
  const given = { gateway: 'hall', broker: 'host.local', port: '1883', password: 'secret', other: 1 };

  test('comes from the build, is kept, and is there after an update without it', () => {
    const store = memoryStore();
    const identity = { gateway: 'hall', broker: 'host.local', port: 1883, password: 'secret' };
    expect(findIdentity(given, store, () => {})).toEqual(identity);
    expect(findIdentity({}, store, () => {})).toEqual(identity);
  });

  test('that was paired or changed since outlives restarts of the same build, and not a build with another', () => {
    const store = memoryStore();
    findIdentity(given, store, () => {});
    const paired = { gateway: 'attic', broker: '192.168.1.2', port: 8883, password: 'another' };
    store.write('identity', new TextEncoder().encode(JSON.stringify(paired)));
    expect(findIdentity(given, store, () => {})).toEqual(paired);
    expect(findIdentity({}, store, () => {})).toEqual(paired);
    const built = { ...given, password: 'new secret' };
    expect(findIdentity(built, store, () => {})).toMatchObject({ gateway: 'hall', password: 'new secret' });
    expect(findIdentity(built, store, () => {})).toMatchObject({ gateway: 'hall', password: 'new secret' });
  });

  test.each([
    ['gateway', { ...given, gateway: 'Hall 1' }],
    ['port', { ...given, port: 'mqtt' }],
    ['password', { gateway: 'hall', broker: 'host.local', port: 1883 }],
  ])('a wrong %s is named, and nothing is kept', (field, config) => {
    const store = memoryStore();
    const said: string[] = [];
    expect(findIdentity(config, store, (_level, text) => said.push(text))).toBeUndefined();
    expect(said.join('\n')).toContain(`identity built in: ${field}: `);
    expect(store.read('identity')).toBeUndefined();
  });

  test('where there is none the log says what to do', () => {
    const said: string[] = [];
    expect(findIdentity({}, memoryStore(), (_level, text) => said.push(text))).toBeUndefined();
    expect(said.join()).toContain('docs/hardware.md');
  });
});
