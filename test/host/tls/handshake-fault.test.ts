import { connect } from 'node:net';
import { createServer } from 'node:tls';
import { expect, test } from 'vitest';
import { issueAuthority } from '../../../host/tls/certificate.ts';
import { handshakeFault } from '../../../host/tls/handshake-fault.ts';

test('a handshake that came to nothing is told in a line that says what it was', async () => {
  const { key, certificate: cert } = issueAuthority('mine', Date.UTC(2030, 0, 1));
  const server = createServer({ key, cert });
  const faults: string[] = [];
  server.on('tlsClientError', (error: Error) => faults.push(handshakeFault(error)));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  for (const bytes of [
    'GET / HTTP/1.1\r\n\r\n',
    Buffer.from('101000044d5154540402003c000461626364', 'hex'),
  ]) {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('error', () => {}).resume();
    await new Promise(resolve => socket.once('close', resolve));
  }
  server.close();
  expect(faults).toEqual([
    'http request: plain HTTP came where TLS is spoken',
    'wrong version number: plain bytes came where TLS is spoken',
  ]);
  expect(handshakeFault(new Error('read\n ECONNRESET\n'))).toBe('read ECONNRESET');
});
