import type { ApiError, ImportFile } from '../../host/api/contract.ts';
import { api } from '../api.ts';
import { RequestError } from '../request-error.ts';

/** A file that the host has, with its first lines. */
export type SentFile = ImportFile;

/**
 * Sends a file, whatever it is, and tells how much of it is on its way, 0 to 1. Only this kind of request tells.
 * @throws RequestError, also where it is given up by `signal`
 */
export function sendFile(
  file: File,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<SentFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', api.importFileUrl(file.name.slice(0, 200)));
    request.responseType = 'json';
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onerror = () => reject(new RequestError('unreachable', 0, null));
    request.onabort = request.onerror;
    request.onload = () => {
      const { status, response } = request;
      if (status === 201 && isFile(response)) resolve(response);
      else if (isError(response)) reject(new RequestError(response.code, status, response));
      else reject(new RequestError('badAnswer', status, null));
    };
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}

const isFile = (body: unknown): body is SentFile =>
  typeof body === 'object' && body !== null && 'id' in body && 'lines' in body;
const isError = (body: unknown): body is ApiError =>
  typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
