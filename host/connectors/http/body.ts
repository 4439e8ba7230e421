import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import { ApiFailure } from '../../api/errors.ts';
import { ingestLimits } from './limits.ts';

const unpack = promisify(gunzip);
const text = new TextDecoder('utf-8', { fatal: true });

/** The text of a body, unpacked where it is gzip. @throws ApiFailure */
export async function textOf({ body, headers }: Pick<FastifyRequest, 'body' | 'headers'>): Promise<string> {
  if (!Buffer.isBuffer(body) || body.length === 0)
    throw new ApiFailure('body.missing', { help: 'Send readings: see docs/connectors/http.md.' });
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity' && coding !== 'gzip')
    throw new ApiFailure('body.type', {
      message: `The body is packed as ${coding.slice(0, 40)}; gzip is understood.`,
      help: 'Send it as it is, or packed with gzip.',
    });
  const bytes = coding === 'gzip' ? await unpacked(body) : body;
  try {
    return text.decode(bytes);
  } catch {
    throw new ApiFailure('request.invalid', { message: 'The body is not UTF-8.' });
  }
}

async function unpacked(body: Buffer): Promise<Uint8Array> {
  try {
    return await unpack(body, { maxOutputLength: ingestLimits.bodyBytes });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw new ApiFailure('body.tooLarge', {
        message: `The body is too large; at most ${ingestLimits.bodyBytes} bytes are allowed, unpacked.`,
        help: 'Divide it.',
      });
    throw new ApiFailure('body.notGzip');
  }
}
