import { type IncomingMessage, request } from 'node:http';
import type { HttpPort } from '#ports';

const idleMs = 20_000;
const answerBytes = 64 * 1024;

/** HTTP by Node. `:port/path` is on `host`, where the broker is. */
export const nodeHttp = (host: string): HttpPort => ({
  get: ({ url, from, to }, { onBytes, onDone }) => {
    let isOver = false;
    const over = (why: string | undefined): void => {
      if (isOver) return;
      isOver = true;
      asked.destroy();
      onDone(why);
    };
    const headers = { range: `bytes=${from}-${to}`, connection: 'close' };
    const asked = request(urlOf(url, host), { headers, timeout: idleMs }, answer => {
      if (answer.statusCode !== 206) {
        over(`the answer is ${answer.statusCode}`);
        return;
      }
      let left = to + 1 - from;
      answer.on('data', (bytes: Buffer) => {
        if (isOver) return;
        left -= bytes.length;
        if (left < 0) over('more bytes came than were asked for');
        else onBytes(bytes);
      });
      answer.on('end', () => over(left === 0 ? undefined : 'the answer was too short'));
      answer.on('error', error => over(error.message));
    });
    asked.on('timeout', () => over('no answer'));
    asked.on('error', error => over(error.message));
    asked.end();
    return () => {
      isOver = true;
      asked.destroy();
    };
  },
  post: (url, json, done) => {
    let isOver = false;
    const over = (status: number, body: string): void => {
      if (isOver) return;
      isOver = true;
      asked.destroy();
      done(status, body);
    };
    const body = Buffer.from(json);
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      connection: 'close',
    };
    const asked = request(urlOf(url, host), { method: 'POST', headers, timeout: idleMs }, answer =>
      readText(answer, text =>
        over(text === undefined ? 0 : (answer.statusCode ?? 0), text ?? 'the answer is too long'),
      ),
    );
    asked.on('timeout', () => over(0, 'no answer'));
    asked.on('error', error => over(0, error.message));
    asked.end(body);
    return () => {
      isOver = true;
      asked.destroy();
    };
  },
});

const urlOf = (url: string, host: string): string =>
  url.startsWith(':') ? `http://${host.includes(':') ? `[${host}]` : host}${url}` : url;

function readText(answer: IncomingMessage, done: (text: string | undefined) => void): void {
  const parts: Buffer[] = [];
  let length = 0;
  answer.on('data', (bytes: Buffer) => {
    length += bytes.length;
    if (length > answerBytes) done(undefined);
    else parts.push(bytes);
  });
  answer.on('end', () => done(Buffer.concat(parts).toString()));
  answer.on('error', () => done(undefined));
}
