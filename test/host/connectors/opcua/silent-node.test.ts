import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { connector } from '../../../../host/connectors/opcua/connector.ts';
import type { Change, Said } from '../../../../host/connectors/opcua/messages.ts';
import { opcUaThread } from '../../../../host/connectors/opcua/thread.ts';
import { noTopics } from '../../../../host/connectors/topics.ts';
import { nodeRandom } from '../../../../simulator/gateway/random.ts';
import { VirtualTime } from '../../../../simulator/gateway/virtual-time.ts';
import { RecordingSink } from '../run-connector.ts';

afterEach(() => vi.restoreAllMocks());

const row = (id: string, quantity: 'powerW' | 'voltageV', nodeId: string) => ({
  id,
  name: id,
  nodeId,
  quantity,
  everyS: 1,
});

/** A source of two meters, and what the thread says to it: no server can be brought to take a node and never tell it. */
async function opened() {
  const folder = await mkdtemp(join(tmpdir(), 'joulegate-opcua-'));
  let hear: (listener: (said: Said) => void) => void = () => {};
  const asked = new Promise<(said: Said) => void>(resolve => {
    hear = resolve;
  });
  vi.spyOn(opcUaThread, 'begin').mockImplementation((_work, listener) => {
    hear(listener);
    return () => {};
  });
  const time = new VirtualTime({ wallMs: Date.UTC(2026, 5, 1, 12) });
  const [main, other] = [new RecordingSink(), new RecordingSink()];
  const source = connector.open({
    settings: {
      url: 'opc.tcp://127.0.0.1:4840',
      security: 'none',
      login: 'anonymous',
      values: [
        row('main', 'powerW', 'ns=1;s=Power'),
        row('main', 'voltageV', 'ns=1;s=Silent'),
        row('other', 'powerW', 'ns=1;s=Dumb'),
      ],
    },
    sinks: new Map([
      ['main', main],
      ['other', other],
    ]),
    time,
    random: nodeRandom,
    topics: noTopics,
    store: { put: async () => {} },
    folder,
    log: () => {},
  });
  source.start();
  const say = await asked;
  await rm(folder, { recursive: true, force: true });
  say({ says: 'up', id: 1, periodMs: 1000 });
  /** A second goes by, at whose end the server says something. */
  const second = (changes: readonly Change[] = []) => {
    time.advance(1000);
    say({ says: 'alive', id: 1, changes });
  };
  return { source, main, other, second };
}

test('a node that the server takes and never tells is missing with its name, beside others and alone', async () => {
  const { source, main, other, second } = await opened();
  second([{ node: 0, value: 5, ageMs: 0 }]);
  expect(source.fault()?.message).toBeUndefined();
  expect(main.failures).toEqual([]);
  for (let count = 0; count < 4; count++) second();
  expect(source.fault()?.message).toBe(
    '2 of 3 nodes give no value: ns=1;s=Silent: the server takes it and tells nothing of it; ns=1;s=Dumb: the server takes it and tells nothing of it',
  );
  expect(source.fault()?.facts).toEqual({
    silent: 2,
    all: 3,
    node: 'ns=1;s=Silent',
    because: 'opcua.node.silent',
    said: 'ns=1;s=Silent; ns=1;s=Dumb',
  });
  expect(new Set(main.failures)).toEqual(new Set(['timeout']));
  expect(new Set(other.failures)).toEqual(new Set(['timeout']));
  expect(main.values).toEqual({ powerW: 5 });

  second([
    { node: 1, value: 230, ageMs: 0 },
    { node: 2, value: 7, ageMs: 0 },
  ]);
  expect(source.fault()?.message).toBeUndefined();
  expect(main.values).toEqual({ powerW: 5, voltageV: 230 });
  expect(other.values).toEqual({ powerW: 7 });
  source.stop();
});
