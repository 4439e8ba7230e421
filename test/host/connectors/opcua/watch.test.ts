import { getEventListeners, once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import type { Said } from '../../../../host/connectors/opcua/messages.ts';
import { watch } from '../../../../host/connectors/opcua/watch.ts';

test('a server that is away for months leaves nothing behind of each try', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise(resolve => server.close(resolve));
  const stop = new AbortController();
  const left: number[] = [];
  const say = ({ says }: Said) => {
    expect(says).toBe('down');
    if (left.push(getEventListeners(stop.signal, 'abort').length) === 2) stop.abort();
  };
  await watch(
    {
      ask: 'watch',
      id: 1,
      access: {
        url: `opc.tcp://127.0.0.1:${port}`,
        security: 'none',
        login: { kind: 'anonymous' },
        fingerprint: undefined,
        client: { certificate: '', key: '', applicationUri: '' },
      },
      nodes: [],
      wantsTimes: false,
    },
    say,
    stop.signal,
  );
  expect(left).toEqual([0, 0]);
});
