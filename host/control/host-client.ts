import { type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { asObject } from '../as-object.ts';
import { Compile, type Static, type TSchema } from '../typebox.ts';

/** The host has said no: its error, as the API tells it. */
export class HostRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'HostRefusal';
    this.code = code;
  }
}

/** Nobody answers at the socket. */
export class HostAway extends Error {
  readonly why: string;

  constructor(why: string, message: string) {
    super(message);
    this.name = 'HostAway';
    this.why = why;
  }
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A host does all it is asked for in less, but for a backup, which is asked for and then looked at. */
const answerWithinMs = 60_000;

/** The API of the host behind a control socket. */
export class HostClient {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Asks for what has an answer of this shape; a stream is sent as the bytes that it gives. `withinMs`: of works that take
   * longer than others. @throws HostRefusal, HostAway, Error where the answer is another, or of the stream
   */
  async ask<T extends TSchema>(
    schema: T,
    method: Method,
    path: string,
    body?: object | Readable,
    withinMs?: number,
  ): Promise<Static<T>> {
    const json = await this.#json(method, path, body, withinMs);
    const shape = Compile(schema);
    if (!shape.Check(json))
      throw new Error(
        `The host that runs answers ${path} in another form: it is of another version than this command. Start it again.`,
      );
    return json;
  }

  /** The same where the answer does not matter. */
  async tell(method: Method, path: string, body?: object): Promise<void> {
    await this.#json(method, path, body);
  }

  /** Writes what is streamed at an address. @throws HostRefusal; Error where the stream broke off */
  async download(path: string, to: NodeJS.WritableStream): Promise<number> {
    const answer = await this.#send('GET', path);
    if (answer.statusCode !== 200) throw refusalOf(answer, await textOf(answer));
    let bytes = 0;
    answer.on('data', (piece: Buffer) => {
      bytes += piece.length;
    });
    await pipeline(answer, to, { end: to !== process.stdout });
    return bytes;
  }

  async #json(method: Method, path: string, body?: object | Readable, withinMs?: number): Promise<unknown> {
    const answer = await this.#send(method, path, body, withinMs);
    const text = await textOf(answer);
    const { statusCode = 0 } = answer;
    if (statusCode >= 300) throw refusalOf(answer, text);
    return text === '' ? undefined : JSON.parse(text);
  }

  #send(
    method: Method,
    path: string,
    body?: object | Readable,
    withinMs = answerWithinMs,
  ): Promise<IncomingMessage> {
    const stream = body instanceof Readable ? body : undefined;
    const text = body === undefined || stream !== undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string | number> = { host: 'localhost' };
    if (stream !== undefined) headers['content-type'] = 'application/octet-stream';
    if (text !== undefined) {
      headers['content-type'] = 'application/json';
      headers['content-length'] = Buffer.byteLength(text);
    }
    return new Promise((resolve, reject) => {
      const options = {
        socketPath: this.#path,
        method,
        path,
        headers,
        agent: false,
        timeout: withinMs,
      };
      const asked = request(options, resolve);
      asked.on('error', (error: NodeJS.ErrnoException) =>
        reject(new HostAway(error.code ?? 'unknown', `The host does not answer: ${error.message}.`)),
      );
      asked.on('timeout', () => asked.destroy(new Error(`no answer in ${withinMs / 1000} s`)));
      if (stream === undefined) asked.end(text);
      else {
        stream.on('error', error => {
          asked.destroy();
          reject(error);
        });
        stream.pipe(asked);
      }
    });
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of answer) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

/** The API's error in one line: what was wrong, where, and what to do. */
function refusalOf({ statusCode }: IncomingMessage, text: string): HostRefusal {
  const error = fieldsOf(text);
  const code = typeof error.code === 'string' ? error.code : `http.${statusCode}`;
  const mistakes = Array.isArray(error.mistakes) ? error.mistakes.map(mistakeText) : [];
  const parts = [error.message, ...mistakes, error.help];
  const said = parts.filter(part => typeof part === 'string' && part !== '').join(' ');
  return new HostRefusal(code, said === '' ? `The host answers with ${statusCode}.` : said);
}

const mistakeText = (mistake: unknown): string => {
  const { field, message }: { field?: unknown; message?: unknown } = { ...asObject(mistake) };
  return `${String(field)}: ${String(message)}.`;
};

function fieldsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...asObject(JSON.parse(text)) };
  } catch {
    return {};
  }
}
