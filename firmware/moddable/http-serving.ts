import { RequestReader, requestStatus } from '../core/http/request.ts';
import { encodeUtf8 } from '../core/utf8.ts';
import type { Cancel, HttpRequest, HttpResponse, TimePort } from '../ports.ts';

export interface ServedSocket {
  /** No more than there was room for; gives how much room is left. */
  write(bytes: Uint8Array): number;
  close(): void;
}

export interface ServingOptions {
  readonly time: Pick<TimePort, 'after'>;
  readonly answer: (request: HttpRequest) => HttpResponse;
  readonly address: string;
  readonly accept: (handlers: {
    onBytes: (bytes: Uint8Array) => void;
    onRoom: (count: number) => void;
    onClosed: () => void;
  }) => ServedSocket;
  readonly closed: () => void;
}

/** From the first byte to the last of the answer. */
const wholeMs = 10_000;
/** The other side closes; who does not is shut out after this. */
const lingerMs = 500;

/** One connection: reads one request, answers it, closes. */
export function serve({ time, answer, address, accept, closed }: ServingOptions): Cancel {
  const reader = new RequestReader();
  let isOpen = true;
  let room = 0;
  let rest: Uint8Array | undefined;
  let socket: ServedSocket | undefined;
  let cancelWhole: Cancel = () => {};

  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    cancelWhole();
    socket?.close();
    closed();
  };
  const flush = () => {
    while (isOpen && rest !== undefined && rest.length > 0 && room > 0) {
      const part = rest.subarray(0, room);
      rest = rest.subarray(part.length);
      try {
        room = socket?.write(part) ?? 0;
      } catch {
        close();
      }
    }
    if (!isOpen || rest === undefined || rest.length > 0) return;
    // What is written has still to go out.
    rest = undefined;
    cancelWhole();
    cancelWhole = time.after(lingerMs, close);
  };
  const send = (response: HttpResponse) => {
    rest = bytesOf(response);
    flush();
  };
  cancelWhole = time.after(wholeMs, close);
  let isAnswered = false;
  socket = accept({
    onBytes: bytes => {
      if (!isOpen || isAnswered) return;
      const read = reader.push(bytes);
      if (read.ok && read.value === undefined) return;
      isAnswered = true;
      if (!read.ok) send(plain(requestStatus[read.error], read.detail));
      else if (read.value !== undefined) send(answered(answer, { ...read.value, from: address }));
    },
    onRoom: count => {
      room = count;
      flush();
    },
    onClosed: close,
  });
  if (!isOpen) socket.close();
  return close;
}

/** A mistake in a page must not end the gateway. */
function answered(answer: ServingOptions['answer'], request: HttpRequest): HttpResponse {
  try {
    return answer(request);
  } catch {
    return plain(500, 'The gateway made a mistake.');
  }
}

const plain = (status: number, text: string): HttpResponse => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${text}\n`,
});

function bytesOf({ status, type, body, headers = [] }: HttpResponse): Uint8Array {
  const content = typeof body === 'string' ? encodeUtf8(body) : body;
  const fields = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  // The words behind the status mean nothing to any client.
  const head = encodeUtf8(
    `HTTP/1.1 ${status} -\r\ncontent-type: ${type}\r\ncontent-length: ${content.length}\r\nconnection: close\r\n${fields}\r\n`,
  );
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
