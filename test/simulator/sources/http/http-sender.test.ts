import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { HttpSender } from '../../../../simulator/sources/http/http-sender.ts';

test('a logger loses nothing where the host answers later than it measures', async () => {
  const answers: (() => void)[] = [];
  const arrived: number[] = [];
  const host = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    for (const { at } of JSON.parse(text).readings) arrived.push(at);
    answers.push(() => response.writeHead(200).end('{}'));
  });
  await new Promise<void>(done => host.listen(0, '127.0.0.1', done));
  onTestFinished(() => void host.close());
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
  const sender = new HttpSender({
    url,
    token: 'jg_1',
    form: 'json',
    meter: 'house',
    quantities: ['powerW'],
    read: () => 1,
  });
  const all = [1, 2, 3, 4];
  const sent = all.map(at => {
    sender.measure(at);
    return sender.send();
  });
  await vi.waitFor(() => expect(answers.length).toBeGreaterThan(0));
  sender.measure(5);
  const answering = setInterval(() => answers.shift()?.(), 1);
  await Promise.all(sent);
  while (sender.waiting > 0) await sender.send();
  clearInterval(answering);
  expect(arrived).toEqual([...all, 5]);
});
